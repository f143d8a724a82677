"""Steps that bring any earlier database to the tables of this version, without loss."""
