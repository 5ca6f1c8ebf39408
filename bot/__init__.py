"""The bot: Slack's side of the engine, the HTTP interface and the command line."""
