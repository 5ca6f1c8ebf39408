"""Settings of the bot: the environment, its files, and what the engine gets of them."""
