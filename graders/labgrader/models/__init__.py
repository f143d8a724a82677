"""The local form of the models that labs use, made once from wheels on the package index."""
