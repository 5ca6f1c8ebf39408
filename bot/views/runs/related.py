"""The runs that belong to a run, in words: the one that waits for it, and those that it started."""

from collections.abc import Mapping

from bot.views.wording import icons
from bot.views.wording.text import safe
from engine import RelatedRun, RunDetail, RunRecord

MAX_RELATED = 6
"""Most runs that a message names; the newest of them."""
_BEFORE = ("parent", "origin")
_BROUGHT_ABOUT = {"child": "a step of another run", "follow_up": "another run"}
"""Words for another run that started a run, by how its trigger begins."""
WORDS = {"parent": "part of", "origin": "follows", "child": "runs", "follow_up": "followed by"}


def related(detail: RunDetail, links: Mapping[str, str]) -> list[str]:
    """`part of <…|release-8f3k>`, `✅ runs build-2c1d`, mrkdwn. `links`: to the messages of runs, by id."""
    shown = named(detail)
    words, left = [_words(run, links) for run in shown], len(detail.related) - len(shown)
    return [*words, f"and {left} more run{'' if left == 1 else 's'}"] if left > 0 else words


def for_channel(detail: RunDetail) -> RunDetail:
    """Return a run as a message in a channel shows it: runs of private workflows do not exist there."""
    return detail.naming_only([run.id for run in detail.related if not run.private])


def trigger_text(run: RunRecord) -> str:
    """Return what started a run, without the run that brought it about: its reader may not see that one."""
    kind = run.trigger.partition(":")[0]
    return _BROUGHT_ABOUT.get(kind, run.trigger)


def named(detail: RunDetail) -> list[RelatedRun]:
    """The related runs that a message names."""
    before = [run for run in detail.related if run.kind in _BEFORE]
    return [*before, *[run for run in detail.related if run.kind not in _BEFORE][-MAX_RELATED:]]


def _words(run: RelatedRun, links: Mapping[str, str]) -> str:
    name = safe(run.short, 100)
    linked = f"<{links[run.id]}|{name}>" if run.id in links else name
    sign = "" if run.kind in _BEFORE else f"{icons.run_state(run.state, '')[0]} "
    return f"{sign}{WORDS[run.kind]} {linked}"
