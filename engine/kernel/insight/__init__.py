"""Insight into decisions: what they recommended, and what people answered."""
