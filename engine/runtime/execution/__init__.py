"""Execute attempts of steps, and recover attempts that a crash interrupted."""
