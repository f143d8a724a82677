"""What one does without a service: grade one notebook, verify one record."""
