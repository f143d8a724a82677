"""The learner's process: runs the learner's cells one at a time, and holds neither later cells nor any check."""
