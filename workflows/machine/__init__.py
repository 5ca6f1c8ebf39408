"""The watch over a machine: readings, their quality, the rule, the memory between runs."""
