"""A workflow's definition as data: its nodes, conditions, triggers, and its graph."""
