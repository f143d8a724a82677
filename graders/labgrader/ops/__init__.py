"""What operations do to the stores of the exchange: migrate, back up, restore, verify."""
