"""The workspace: its people, channels, messages, files and views, in memory and in a file."""
