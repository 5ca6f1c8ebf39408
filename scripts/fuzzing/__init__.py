"""Fuzzing of the parsers that take input from outside, guided by coverage: `make fuzz`."""
