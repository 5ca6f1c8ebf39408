"""The answer to what people write to the bot, in a direct message or with a mention."""

import html
import re
from collections.abc import Collection, Mapping, Sequence

from bot.slash.guess import nearest, nearest_words
from bot.views import button_values
from bot.views.blocks import actions, button, grey, section
from bot.views.message import Message, message
from bot.views.wording.text import count, cut_line, escape, question_line, safe

DECISION_WORDS = frozenset({
    "accept", "accepted", "agree", "approve", "approved", "confirm", "decline", "denied", "deny", "go",
    "lgtm", "n", "no", "nope", "ok", "okay", "reject", "rejected", "respond", "retry", "sure", "y", "yep",
    "yes", "+1", "-1",
    ":+1:", ":-1:", ":thumbsdown:", ":thumbsup:", ":white_check_mark:", ":x:",
})  # fmt: skip
"""Words with which people try to decide. They decide nothing: only a button names the request."""
_LONG_DECISION_WORDS = ("approve", "approved", "reject", "rejected", "decline", "confirm")
"""Those that are recognized with a slip."""
_WAITING_WORDS = frozenset({
    "approval", "approvals", "open", "pending", "queue", "request", "requests", "todo", "wait", "waiting",
    "waits",
})  # fmt: skip
"""Words with which people ask what waits for them."""
_GREETINGS = frozenset({"hello", "hey", "hi", "please", "thanks"})
"""Polite words, which are never misspelled names."""
_QUESTION_WORDS = frozenset({"anything", "what", "what's", "whats", "which"})
_MAX_VERDICT_WORDS, _MAX_VERDICT_CHARACTERS = 4, 40
"""Limits of a text that decides by what it says; a longer one is a conversation."""
_MAX_GUESSED_WORDS, _MAX_GUESSED_CHARACTERS, _MAX_GUESSES = 2, 80, 4
"""Limits of the words in which a misspelled name is looked for, and of the commands that are offered."""
_LIST_OF_COMMANDS = (
    "Send `{name} help` to see what Signoff can do, `{name} run` to start a workflow, or "
    "`{name} approvals` to see what waits for you."
)
_MY_RUNS = frozenset({"my runs", "show my runs", "list my runs", "what are my runs"})
_START = frozenset({"run a workflow", "start a workflow", "run workflow", "start workflow"})
"""Phrases with which people ask for their runs, and for the window that starts one."""
_MAX_TITLE = 80
_MENTION = re.compile(r"<[@#!][^>]*>")


def asks_what_waits(typed: str, command: str, commands: Collection[str]) -> bool:
    """Return whether people want to see what waits for them: they ask, try to decide, or write nothing."""
    words = _words(typed)
    if not words or _decides(words, commands):
        return True
    plain = [word.casefold().strip(".,!?") for word in words]
    if plain[0].removeprefix("/") in {*commands, command.removeprefix("/")}:
        return "approvals" in plain[:2]
    return bool(_WAITING_WORDS & set(plain)) or plain[0] in _QUESTION_WORDS or words[-1].endswith("?")


def asks_for_runs(typed: str) -> bool:
    """Return whether people want to see the runs that they started."""
    return _phrase(typed) in _MY_RUNS


def asks_to_start(typed: str) -> bool:
    """Return whether people want to start a workflow, and name none."""
    return _phrase(typed) in _START


def _phrase(typed: str) -> str:
    words = [word.casefold().strip(".,!?") for word in _words(typed)]
    return " ".join(word for word in words if word and word not in _GREETINGS)


def start_answer() -> Message:
    """Return the button that opens the window with the workflows that a person may start."""
    text = "Choose a workflow and fill in its form. Nothing starts before you send it."
    choose = button("Run a workflow…", button_values.SHOW, button_values.encode("-", "run"), style="primary")
    return message(text, section(text), actions([choose]))


def conversation_title(typed: str) -> str:
    """Return the title of a conversation that begins with these words."""
    return cut_line(" ".join(_words(typed)), _MAX_TITLE) or "Signoff"


def looks_like_verdict(typed: str) -> bool:
    """Return whether a text in the thread of a request tries to decide it. Nobody else is spoken to in it."""
    if len(typed) > _MAX_VERDICT_CHARACTERS or _MENTION.search(typed):
        return False
    words = _words(typed)
    return 0 < len(words) <= _MAX_VERDICT_WORDS and _decides(words, ())


def verdict_answer(url: str, choices: Collection[str] = ()) -> Message:
    """Return how to decide, for a person who wrote a verdict in a request's thread.

    `url`: may be empty. `choices`: those of the request.
    """
    place = f"<{escape(url)}|the message of the request>" if url else "the message of the request"
    text = f"*Writing decides nothing.* Press a button on {place}, at the top of this thread."
    if "respond" in choices:
        text += " With *Respond*, you answer with a text and neither approve nor reject."
    return message(text, section(text))


def run_verdict_answer(waiting: Sequence[tuple[str, str]], total: int) -> Message:
    """Return how to decide, for a person who wrote a verdict in the thread of a run.

    `waiting`: the question and the address of the first requests that wait for this person; an address may be
    empty. `total`: how many wait.
    """
    lines = [
        f"• {question_line(ask, 200)}" + (f" · <{escape(url)}|Open>" if url else "") for ask, url in waiting
    ]
    left = total - len(lines)
    lines += [f"• {count(left, 'more request')}"] if left else []
    where = "the message of one of these requests" if total > 1 else "the message of this request"
    text = "\n".join([f"*Writing decides nothing.* Press a button on {where}:", *lines])
    return message(text, section(text))


def conversation_answer(
    typed: str,
    waiting: Message | None,
    command: str,
    commands: Collection[str],
    workflows: Collection[str] = (),
) -> Message:
    """Return a line about what was written, and what waits for the person if given. It decides nothing.

    `typed`: as Slack's event has it. `commands`: the subcommands of `command`. `workflows`: the names of
    those that the person may see.
    """
    head = _about(_words(typed), command, commands, workflows)
    if waiting is None:
        head = head or _LIST_OF_COMMANDS.format(name=safe(command, 40))
        return message(head, section(head))
    if head:
        return message(f"{head}\n{waiting.text}", section(head), *waiting.blocks[:49])
    more = f"`{safe(command, 40)} help` shows what Signoff can do."
    return message(f"{waiting.text}\n{more}", *waiting.blocks[:49], grey(more))


def _words(typed: str) -> list[str]:
    return html.unescape(_MENTION.sub(" ", typed)).split()


def _decides(words: list[str], commands: Collection[str]) -> bool:
    first = words[0].casefold().strip(".,!?") if words else ""
    names_a_run = len(words) > 1 and words[0].casefold() in commands
    decides = first in DECISION_WORDS or nearest(first, _LONG_DECISION_WORDS) != ""
    return decides and first not in commands if names_a_run else decides


def _about(words: list[str], command: str, commands: Collection[str], workflows: Collection[str]) -> str:
    """Return a line about these words; empty where nothing fits them."""
    first = words[0].casefold().strip(".,!?") if words else ""
    if _decides(words, commands):
        return "*Writing decides nothing.* Press a button on the request that you mean."
    name = safe(command, 40)
    if first.removeprefix("/") in {*commands, command.removeprefix("/")}:
        rest = words[1:] if first.removeprefix("/") == command.removeprefix("/") else words
        meant = cut_line(" ".join([command, *rest]).replace("`", "'"), 200)
        return f"Signoff takes commands with `{name}`. Send `{escape(meant)}`."
    called = {each.replace("_", "-"): each for each in workflows}
    if workflow := next((called[each] for each in map(_called, words) if each in called), ""):
        shown = safe(workflow, 80)
        return f"Send `{name} show {shown}` to see this workflow, or `{name} run {shown}` to start it."
    near = next(filter(None, (_near(word, commands, called) for word in words[:_MAX_GUESSED_WORDS])), [])
    listed = ", ".join(f"`{name} {safe(each, 90)}`" for each in near)
    return f"Send {listed}, or `{name} help` to see what Signoff can do." if near else ""


def _near(word: str, commands: Collection[str], workflows: Mapping[str, str]) -> list[str]:
    """Return the commands that were probably meant with a word, the nearest first.

    `workflows`: the names by their spelling with dashes.
    """
    typed = _called(word)
    if not typed or typed in _GREETINGS or len(typed) > _MAX_GUESSED_CHARACTERS:
        return []
    meant: list[str] = []
    for each in nearest_words(typed, {*commands, *workflows} - {"help"}):
        meant += [f"show {workflows[each]}", f"run {workflows[each]}"] if each in workflows else [each]
    return meant[:_MAX_GUESSES]


def _called(word: str) -> str:
    return word.casefold().strip(".,!?`\"'").replace("_", "-")
