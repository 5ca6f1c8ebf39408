"""The demo: its folder, its clock, and everything in one process."""
