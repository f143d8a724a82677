"""What a notebook may import."""
