"""Versions of the code that runs execute: canaries, and code that is missing."""
