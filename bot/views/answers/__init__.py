"""Answers to the subcommands that read: workflows, lists of runs, triggers, help."""
