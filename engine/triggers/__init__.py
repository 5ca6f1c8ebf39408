"""Kinds of trigger: each observes facts outside and hands them to the intake, which starts runs."""
