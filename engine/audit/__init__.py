"""Proof of what happened: the hash chain, receipts and their keys."""
