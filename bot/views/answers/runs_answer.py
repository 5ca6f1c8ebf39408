"""Lists of runs: a table, the filters that made it, and buttons to the next page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from urllib.parse import quote

from bot.views import button_values
from bot.views.answers.run_charts import chart_in_text, chart_picture, charted, charts, range_in_words
from bot.views.answers.workflow_answer import WorkflowFacts, ends_line
from bot.views.blocks import Element, actions, data_table, grey, line_sections, section, table
from bot.views.command_replies import show_button
from bot.views.message import MENTIONED, Block, Message, Names, message
from bot.views.runs.run import subject_of
from bot.views.runs.shown_state import plain_state
from bot.views.wording.text import count, cut_line, one_line, safe
from bot.views.wording.times import duration, local_moment
from bot.views.wording.visible import Visible
from engine import RunRecord

PAGE = 20
_SORTED_PAGE = 10
"""Rows of a page of a sortable table, below charts."""
_MAX_PLACES = 12
"""Each takes some 70 characters of a button's value."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The filters of a list, as the person gave them.

    `before`: the places behind which this page and the newer ones begin, this one's last, with commas.
    `next`: the place behind which the next page begins.
    `history`: the workflow was the question, and no filter.
    """

    workflow: str = ""
    state: str = ""
    mine: bool = False
    since: str = ""
    text: str = ""
    before: str = ""
    next: str = ""
    history: bool = False

    def command(self, before: str = "") -> str:
        """Return the subcommand of a page, for a button. A text is escaped so that any text fits."""
        parts = ["runs"]
        parts += [f"workflow={self.workflow}"] if self.workflow else []
        parts += [f"state={self.state}"] if self.state else []
        parts += ["mine"] if self.mine else []
        parts += [f'since="{self.since}"'] if self.since else []
        parts += [f"q={quote(self.text, safe='')}"] if self.text else []
        parts += [f"before={before}"] if before else []
        return " ".join(parts)

    @property
    def older(self) -> str:
        """Return `before` of the next page. The places of so many pages are kept for the way back."""
        places = [*filter(None, self.before.split(",")), self.next]
        return ",".join(places[-_MAX_PLACES:])

    @property
    def newer(self) -> str:
        """Return `before` of the page before this one; empty where that is the first page, or not known."""
        return self.before.rpartition(",")[0]

    @property
    def words(self) -> str:
        """The filters in words; plain text, empty where there are none."""
        parts = [self.workflow, self.state, "yours" if self.mine else ""]
        parts += [f"since {self.since}" if self.since else ""]
        parts += [f'with "{self.text}"' if self.text else ""]
        return ", ".join(filter(None, parts))


def runs_page(
    runs: Sequence[RunRecord],
    listing: Listing,
    now: datetime,
    command: str,
    facts: WorkflowFacts | None = None,
    zone: tzinfo = UTC,
    names: Names = MENTIONED,
) -> Message:
    """Return one page. `facts`: of the one workflow whose history it is. `zone`: of the person.

    `names`: of the people for whom failed steps wait.
    """
    page = partial(_page, runs, listing, now, command, facts, names)
    if not runs:
        return page([])
    drawn = charted(facts.runs) if facts else []
    chart = [chart_in_text(drawn)] if drawn else []
    started = "Started" if str(zone) != "UTC" else "Started (UTC)"
    rows = [
        ["Run", "State", started, "Took"],
        *(
            [_name(run), _state(run, names), local_moment(_began(run), now, zone), _took(run, now)]
            for run in runs
        ),
    ]
    picture = chart_picture(drawn, listing.workflow) if drawn else None
    lines = replace(page([*chart, *_in_text(rows)]), picture=picture)
    plain = replace(page([*chart, table(rows, "runs", right=[3])]), instead=lines, picture=picture)
    if not drawn:
        return plain
    numbers = {2: [_began(run).timestamp() for run in runs], 3: [_seconds(run, now) for run in runs]}
    sortable = data_table(rows, numbers, f"Runs of {listing.workflow}", "runs", _SORTED_PAGE)
    return replace(page([*charts(drawn, zone), sortable]), instead=plain)


def _in_text(rows: list[list[str]]) -> list[Block]:
    """Return the rows of a table as lines, for a workspace that takes no tables."""
    started = rows[0][2].removeprefix("Started")
    lines = [
        f"• *{safe(name, 80)}* · {safe(state, 80)} · started {safe(when, 40)}{started} · {safe(took, 80)}"
        for name, state, when, took in rows[1:]
    ]
    return line_sections(lines)


def _page(
    runs: Sequence[RunRecord],
    listing: Listing,
    now: datetime,
    command: str,
    facts: WorkflowFacts | None,
    names: Names,
    shown: list[Block],
) -> Message:
    which = f" ({safe(listing.words, 200)})" if listing.words else ""
    buttons = _buttons(listing)
    if not runs:
        return _empty(listing, which, buttons)
    place = "Older runs" if listing.before else "Newest runs" if listing.next else "Runs"
    head = f"*{place}*{which} · {count(len(runs), 'run')}" + (" on this page" if listing.next else "")
    listed = "; ".join(f"{safe(run.short, 80)} {safe(_state(run, names), 120)}" for run in runs[:5])
    drawn = charted(facts.runs) if facts else []
    spread = f" {range_in_words(drawn)}" if drawn else ""
    ends = ends_line(facts, now) if facts else ""
    told = f"{ends}{spread} · " if ends else ""
    return message(
        f"{head}: {told}{listed}",
        section(head),
        section(ends) if ends else None,
        *shown,
        grey(
            f"`{safe(command, 40)} show RUN` shows one, step by step",
            "Filter with `failed`, `mine`, `since=2d` or `text=…`",
        ),
        actions(buttons),
    )


def _empty(listing: Listing, which: str, buttons: list[Element]) -> Message:
    filters = f"the filters: {safe(listing.words, 200)}" if listing.words else "the filters"
    if listing.next:
        text = f"None of the runs searched so far matches {filters}. Press Older to search the older runs."
    elif listing.before:
        text = f"No older runs{which} are visible here."
    elif listing.history and listing.words == listing.workflow:
        text = f"*{safe(listing.workflow, 80)}* has no runs yet that are visible here."
    elif listing.words:
        text = f"No run that is visible here matches {filters}."
    else:
        text = "No runs are visible here yet."
    return message(text, section(text), actions(buttons))


def _buttons(listing: Listing) -> list[Element]:
    pages = [("Newest", listing.command())] if listing.before else []
    pages += [("Newer", listing.command(listing.newer))] if listing.newer else []
    pages += [("Older", listing.command(listing.older))] if listing.next else []
    fitting = [
        show_button(text, what)
        for text, what in pages
        if "|" not in what and len(what) < button_values.MAX_VALUE_LENGTH - 20
    ]
    return [*fitting, show_button("Waiting for me", "approvals"), show_button("Workflows", "list")]


def _name(run: RunRecord) -> str:
    subject = subject_of(run.input)
    return Visible(f"{one_line(run.short)} · {cut_line(subject, 50)}") if subject else run.short


def _state(run: RunRecord, names: Names) -> str:
    return " ".join(plain_state(run, names))


def _began(run: RunRecord) -> datetime:
    return run.started_at or run.created_at


def _seconds(run: RunRecord, now: datetime) -> float:
    return ((run.ended_at or now) - _began(run)).total_seconds()


def _took(run: RunRecord, now: datetime) -> str:
    seconds = _seconds(run, now)
    if run.ended_at:
        return duration(seconds)
    whole_minutes = seconds // 60 * 60  # a narrow column, so that the names have room on a phone
    return f"{duration(whole_minutes or seconds)} so far"
