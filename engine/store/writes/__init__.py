"""Guarded writes: each happens whole, or is refused and changes nothing."""
