"""Create runs, carry out their transitions, and remove them after retention."""
