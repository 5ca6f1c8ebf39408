"""Errors of the bot's own, apart from what raises them, so that the command line names them without it."""


class ConfigError(Exception):
    """Settings that cannot be used. `problems`: (setting, what is wrong and the remedy)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{name}: {problem}" for name, problem in problems))


class NotAsked(Exception):
    """A request could not be made at a gate. The text says why, with the remedy."""
