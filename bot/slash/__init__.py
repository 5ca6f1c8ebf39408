"""What people type after the slash command: tokens, arguments, dates."""
