"""Read runs and requests for the people who may see them."""
