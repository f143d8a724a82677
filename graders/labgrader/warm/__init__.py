"""A resident process that has imported what labs import, and forks a confined process of it in milliseconds."""
