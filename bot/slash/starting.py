"""Arguments of the subcommands that start a run: run, rerun, fork; and of its priority."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.slash.argument_error import ArgumentError
from bot.slash.commands import ForkCommand, PriorityCommand, RerunCommand, RunCommand
from bot.slash.guess import nearest
from bot.slash.reason_flag import free_text, reason_flag
from bot.slash.tokenizer import DASHES, Word, quote

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""Formats of fields that take the id of a person or a channel."""
_LEADING_MINUS = re.compile(r"^[‒–—−](?=\.?\d)")
_PRIORITY = re.compile(r"-+priority(?:=(.*))?", re.IGNORECASE)


def run_command(command: str, workflow: str, values: Mapping[str, str], priority: int | None = None) -> str:
    """Return the arguments that start a run with these values."""
    pairs = [f"{key}={quote(value)}" for key, value in values.items()]
    flag = [] if priority is None else [f"--priority={priority}"]
    return " ".join([command, "run", workflow, *flag, *pairs])


def correct_values(values: Mapping[str, str], known: Collection[str], wrong: Iterable[str]) -> str:
    """Return the values as arguments: `…` for the wrong ones, the nearest fields for unknown ones."""
    pairs = {key: quote(value) for typed, value in values.items() if (key := nearest(typed, known))}
    pairs |= {key: "…" for field in wrong if (key := field.split(".")[0]) in known}
    return " ".join(f"{key}={value}" for key, value in pairs.items())


def run(words: list[Word], command: str) -> RunCommand:
    """Read `run NAME key=value…`. Raises `ArgumentError`."""
    if not words:
        return RunCommand("", {})
    name = words[0].text.translate(DASHES)
    priority, rest = _priority_flag(words, command)
    values, shown = _values(rest, command)
    return RunCommand(name, values, priority, shown)


def rerun(words: list[Word], command: str) -> RerunCommand:
    """Read `rerun RUN key=value… --reason TEXT`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError("Which run?", f"Write {command} rerun RUN key=value…", f"{command} runs")
    reason, words = reason_flag(words)
    values, shown = _values(words, command)
    return RerunCommand(words[0].text.translate(DASHES), values, reason, shown)


def fork(words: list[Word], command: str) -> ForkCommand:
    """Read `fork RUN STEP --reason TEXT`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError("Which run?", f"Write {command} fork RUN STEP.", f"{command} runs")
    reason, words = reason_flag(words)
    texts = [word.text.translate(DASHES) for word in words]
    return ForkCommand(texts[0], " ".join(texts[1:]), reason)


def priority(words: list[Word], command: str) -> PriorityCommand:
    """Read `priority RUN NUMBER`. Raises `ArgumentError`."""
    if len(words) < 2:
        raise ArgumentError(
            "Which run, and which priority?", f"Write {command} priority RUN 5.", f"{command} runs"
        )
    run = words[0].text.translate(DASHES)
    number = _priority_number(words[1].text, f"{command} priority {run} 5")
    return PriorityCommand(run, number, free_text(words[2:]))


def _priority_flag(words: list[Word], command: str) -> tuple[int | None, list[Word]]:
    """Return the number of `--priority=N` or `--priority N`, and the words without it."""
    for place, word in enumerate(words):
        flag = _PRIORITY.fullmatch(word.typed.translate(DASHES))
        if place and flag:
            after = words[place + 1].text if flag[1] is None and place + 1 < len(words) else ""
            rest = [*words[:place], *words[place + (2 if after else 1) :]]
            corrected = " ".join([command, "run", *(word.typed for word in rest)])
            return _priority_number(flag[1] or after, corrected), rest
    return None, words


def _priority_number(text: str, corrected: str) -> int:
    plain = _LEADING_MINUS.sub("-", text).removeprefix("+")
    if not re.fullmatch(r"-?[0-9]{1,4}", plain):
        raise ArgumentError(
            f"The priority is “{text[:60]}”.", "Give a whole number from -10 to 10.", corrected
        )
    return int(plain)


def input_values(command: RunCommand | RerunCommand, schema: Mapping[str, Any]) -> dict[str, str]:
    """Return the values for the fields of a schema: names where a field is plain text, else ids."""
    fields = schema.get("properties") or {}
    return {
        key: command.shown.get(key, value) if _is_plain_text(fields.get(key) or {}) else value
        for key, value in command.values.items()
    }


def values_as_shown(sentence: str, command: RunCommand | RerunCommand) -> str:
    """Return a sentence about the values of a command with the names of mentions, as `#plant`."""
    for key, value in command.values.items():
        if value != command.shown.get(key, value):
            sentence = sentence.replace(f'"{value}"', f'"{command.shown[key]}"')
    return sentence


def _is_plain_text(schema: Mapping[str, Any]) -> bool:
    """Return whether a field takes any text, a list of texts, or nothing. Other fields may take ids."""
    if schema.get("type") == "array":
        return _is_plain_text(schema.get("items") or {})
    kinds = [kind for kind in schema.get("anyOf") or () if kind.get("type") != "null"]
    if kinds:
        return all(map(_is_plain_text, kinds))
    return schema.get("type") == "string" and "format" not in schema


def _values(words: list[Word], command: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the `key=value` pairs behind the first word, with ids and with names for mentions."""
    values: dict[str, str] = {}
    shown: dict[str, str] = {}
    for number, word in enumerate(words[1:], 1):
        key, value = _pair(word, words, number, command)
        if key in values:
            raise ArgumentError(
                f"{key} is given twice, the second time at character {word.at}.", "Give each field once."
            )
        values[key] = value
        shown[key] = _value(word.shown.partition("=")[2], word)
    return values, shown


def _pair(word: Word, words: list[Word], number: int, command: str) -> tuple[str, str]:
    key, equals, value = word.text.partition("=")
    key = key.translate(DASHES).lstrip("-")
    if equals and _KEY.fullmatch(key):
        return key.replace("-", "_"), _value(value, word)
    what = f"“{word.text[:60]}” at character {word.at}"
    if "=" in (word.text, *(following.text for following in words[number + 1 : number + 2])):
        raise ArgumentError(
            f"{what} has a space beside its =.",
            "Write key=value without spaces around the =.",
            _without_spaces(words, command),
        )
    if equals:
        raise ArgumentError(f"{what} has no field name before the =.", "Write key=value.")
    raise ArgumentError(
        f"{what} is not key=value.",
        "Write key=value; a value with spaces goes in quotes.",
        _joined(words, number, command),
    )


def _value(text: str, word: Word) -> str:
    return text if word.quoted else _LEADING_MINUS.sub("-", text)


def _without_spaces(words: list[Word], command: str) -> str:
    """`note = two` as `note=two`; empty where a key or a value is missing."""
    pairs = re.sub(r"\s*=\s*", "=", " ".join(word.typed for word in words[1:])).split()
    if any(not _KEY.fullmatch(key) or not value for key, _, value in (pair.partition("=") for pair in pairs)):
        return ""
    return " ".join([command, "run", words[0].typed, *pairs])


def _joined(words: list[Word], number: int, command: str) -> str:
    """`note=two words` as `note="two words"`, when a value stands before the stray word."""
    start = number - 1
    if start < 1 or "=" not in words[start].text:
        return ""
    end = number
    while end < len(words) and "=" not in words[end].text:
        end += 1
    key, _, value = words[start].shown.partition("=")
    joined = " ".join([value, *(word.typed for word in words[number:end])])
    rest = [word.typed for word in words[end:]]
    before = [word.typed for word in words[:start]]
    return " ".join([command, "run", *before, f"{key}={quote(joined)}", *rest])
