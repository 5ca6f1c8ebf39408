"""JSON values: compared, measured, checked; durations, ids, and the base of frozen data."""
