"""The pages for learners and trainers: a thin, stateless face of the exchange service."""
