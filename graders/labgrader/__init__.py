"""The grader: what your work is worth."""
