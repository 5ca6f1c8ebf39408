"""The types that an author declares: what fits what, and their digests."""
