"""Routes: each asks the exchange with the person's own token, and shows what a view-model says."""
