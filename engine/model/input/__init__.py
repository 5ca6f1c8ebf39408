"""Input of people: its JSON Schema, typed texts as values, and problems in words."""
