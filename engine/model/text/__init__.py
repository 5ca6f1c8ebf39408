"""Texts for people: values in words, templates, and what is hidden or made visible in texts."""
