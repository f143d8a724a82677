"""The hub: who you are and where you land."""
