"""Numbers with their nouns, for the texts that the examples show."""


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 gap`, `2 gaps`. `plural`: for a noun that takes more than an s."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
