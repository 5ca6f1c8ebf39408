"""A request as people read it, from the question to the receipt."""
