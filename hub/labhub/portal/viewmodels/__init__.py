"""What the pages say, decided by pure functions: api models in, words in the reader's language out."""
