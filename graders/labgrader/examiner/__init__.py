"""The examiner: the process that runs the check cells of a lab and never holds a learner's object, only its values."""
