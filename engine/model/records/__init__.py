"""Records of runs and requests for readers, and the change that a transition makes to them."""
