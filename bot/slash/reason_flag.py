"""The reason of an act that takes further words: `--reason TEXT`, at the end of the line."""

from bot.slash.tokenizer import Word


def reason_flag(words: list[Word]) -> tuple[str, list[Word]]:
    """Return the text after `--reason`, up to the end of the line, and the words before it."""
    for place, word in enumerate(words):
        if place and word.text == "--reason" and not (word.quoted or word.free):
            return free_text(words[place + 1 :]), words[:place]
    return "", words


def free_text(words: list[Word]) -> str:
    """Return the free text, which is one word at most; empty without one."""
    return " ".join(word.text for word in words)
