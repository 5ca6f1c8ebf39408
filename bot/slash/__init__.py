"""Text of a slash command: tokens, arguments, dates."""
