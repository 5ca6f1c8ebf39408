"""A definition read back is the one that was written."""
