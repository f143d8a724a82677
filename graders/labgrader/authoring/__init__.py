"""The lab author's path: read a source, build what learners get, prove that it holds."""
