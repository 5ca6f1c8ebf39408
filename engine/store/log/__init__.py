"""The sealed event log: its tail, its seals and the check that everything is as it was recorded."""
