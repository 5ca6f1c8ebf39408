"""The database that the nightly backup copies, and the stores that keep the copies."""
