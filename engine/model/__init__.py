"""Data without behavior: specs, records, states, conditions, people, durations, and values in words."""
