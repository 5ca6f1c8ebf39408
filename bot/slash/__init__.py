"""What people type after the slash command: words, commands, dates."""
