"""Objectives of workflows: whether they are met, the budget of errors that is left, and how fast it burns."""
