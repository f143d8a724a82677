"""What operations do to a whole deployment: warm capacity, a smoke test, the homes of those who have left."""
