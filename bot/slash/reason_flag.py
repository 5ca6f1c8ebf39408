"""The reason of an act that takes further words: `--reason TEXT`, at the end of the line."""

from bot.slash.tokenizer import DASHES, Word


def reason_flag(words: list[Word]) -> tuple[str, list[Word]]:
    """Return the text after `--reason`, up to the end of the line, and the words before it."""
    for place, word in enumerate(words):
        flag, _, begun = word.text.partition("=")
        if place and flag.translate(DASHES) in ("--reason", "-reason"):  # Slack makes one dash of two
            rest = [begun, *(each.text for each in words[place + 1 :])]
            return " ".join(filter(None, rest)), words[:place]
    return "", words
