"""Error of invalid arguments, with the corrected command."""


class ArgumentError(Exception):
    """Invalid arguments. `expected`: valid ones; `corrected`: the command as it
    was probably meant, empty where that can't be guessed. `colleague`: the id or reference of the person
    for whom `@colleague` stands in `corrected`, empty where nobody was named."""

    def __init__(self, problem: str, expected: str = "", corrected: str = "", colleague: str = "") -> None:
        self.problem, self.expected, self.corrected = problem, expected, corrected
        self.colleague = colleague
        super().__init__(problem)
