"""The exchange: the only way between learner, trainer and grader."""
