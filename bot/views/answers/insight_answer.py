"""Answer about a decision: how far people agreed with it, by outcome, week and group."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bot.views import insight as words
from bot.views.blocks import Element, actions, grey, line_sections, preformatted, rich, section, table
from bot.views.command_replies import show_button
from bot.views.message import CHART_BLOCK, Block, ChartPicture, Message, message
from bot.views.wording.text import cut_line, safe
from engine import GroupFigures, Insight, WeekFigures

MIN_WEEKS = 2
MAX_WEEKS = 20
"""Points of a series, as Slack takes them."""
_BARS = "▁▂▃▄▅▆▇█"
_MAX_NAME = 60


def insight_answer(insight: Insight, title: str, span: str) -> Message:
    """Return the answer. `span`: the time it covers, as in `90d`."""
    weeks = [each for each in insight.weeks if each.agreement.whole][-MAX_WEEKS:]
    weeks = weeks if len(weeks) >= MIN_WEEKS else []
    in_text = [_chart_in_text(weeks)] if weeks else []
    name = f"{insight.workflow}.{insight.step}"
    picture = _picture(weeks, name) if weeks else None
    lines = replace(_answer(insight, title, span, in_text, tables=False), picture=picture)
    plain = replace(_answer(insight, title, span, in_text, tables=True), picture=picture)
    plain = replace(plain, instead=lines) if plain.data_blocks else lines
    if not weeks:
        return plain
    return replace(_answer(insight, title, span, [_chart(weeks)], tables=True), instead=plain)


def _answer(insight: Insight, title: str, span: str, chart: Sequence[Block], *, tables: bool) -> Message:
    head = f"*{words.headline(insight)}*"
    percent = words.percentage(insight.agreement)
    head += f" ({percent})" if percent else ""
    drift = words.drift(insight)
    outcomes = [
        f"• *{safe(each.outcome, _MAX_NAME)}* {words.outcome(each)}"
        for each in insight.outcomes
        if each.runs or each.recommends
    ]
    return message(
        " ".join(filter(None, [f"{head}.", drift, *outcomes[:5]])),
        section(head),
        grey(
            f"{safe(title, 80)} · {safe(insight.step, 80)}",
            f"since {safe(span, 40)}",
            words.counted(insight),
        ),
        section(drift) if drift else None,
        *chart,
        *line_sections(outcomes),
        *_groups(insight.groups),
        *_thresholds(insight, tables=tables),
        grey(_note(insight)),
        actions(
            [
                show_button("Show", f"show {insight.workflow}", label=f"Show {title}"),
                show_button("Runs", f"runs workflow={insight.workflow}", label=f"Runs of {title}"),
                *_propose_button(insight, title, span),
            ]
        ),
    )


def _propose_button(insight: Insight, title: str, span: str) -> list[Element]:
    if not insight.thresholds:
        return []
    typed = f"insight {insight.workflow}.{insight.step} propose since={span}"
    return [show_button("Propose threshold", typed, label=f"Propose a threshold for {title}")]


def _note(insight: Insight) -> str:
    approvals = ", ".join(safe(each, 40) for each in insight.approvals)
    answers = f"The answers are those of {approvals}."
    if any(each.recommends for each in insight.outcomes):
        return f"{answers} Weeks are in UTC. Fewer than {words.FEW} answers say little."
    return f'{answers} The author can say what each outcome recommends: `recommends={{"high": "reject"}}`.'


def _groups(groups: Sequence[GroupFigures]) -> list[Block]:
    blocks: list[Block] = []
    for field, those in groupby(groups, key=lambda each: each.field):
        name = safe(field.removeprefix("input."), _MAX_NAME)
        lines = [f"• *{safe(each.value, _MAX_NAME)}* · {words.group(each)}" for each in those]
        blocks += [section(f"*By {name}*"), *line_sections(lines)]
    return blocks


def _thresholds(insight: Insight, *, tables: bool) -> list[Block]:
    """Return what other thresholds would be worth, as one table: Slack takes no second one in a message."""
    if not insight.thresholds:
        return []
    head = section("*If an outcome began at another score*")
    if tables:
        rows = [words.threshold_cells(insight, each) for each in insight.thresholds]
        return [head, table([list(words.THRESHOLD_HEAD), *rows], "thresholds", right=(1, 2))]
    lines = [
        f"• *{safe(name, 80)}* · {done} · {found} of all"
        for name, done, found in (words.threshold_cells(insight, each) for each in insight.thresholds)
    ]
    return [head, *line_sections(lines)]


def _label(week: WeekFigures) -> str:
    return f"{week.monday.day} {week.monday:%b %Y}"


def _percent(week: WeekFigures) -> float:
    return round(100 * (week.agreement.ratio or 0), 1)


def _chart(weeks: Sequence[WeekFigures]) -> Block:
    labels = [_label(each) for each in weeks]
    points = [{"label": label, "value": _percent(each)} for label, each in zip(labels, weeks, strict=True)]
    return {
        "type": "data_visualization",
        "title": "How often people agreed, by week",
        "chart": {
            "type": "line",
            "series": [{"name": "Agreed", "data": points}],
            "axis_config": {"categories": labels, "x_label": "Week that begins on", "y_label": "Percent"},
        },
        "block_id": "chart:agreement",
    }


def _chart_in_text(weeks: Sequence[WeekFigures]) -> Block:
    bars = "".join(_BARS[min(7, int(8 * (each.agreement.ratio or 0)))] for each in weeks)
    first, last = weeks[0], weeks[-1]
    rows = [
        f"Agreed  {bars}",
        f"{_label(first)}: {words.share(first.agreement)}",
        f"{_label(last)}: {words.share(last.agreement)}",
    ]
    return rich(preformatted("\n".join(rows)), block_id=CHART_BLOCK)


def _picture(weeks: Sequence[WeekFigures], name: str) -> ChartPicture:
    title = f"How often people agreed with {cut_line(name, 60)}, by week"
    spoken = [f"{_label(each)}: {words.share(each.agreement)}" for each in weeks]
    return ChartPicture(
        f"insight-{cut_line(name, 60)}",
        title,
        f"Agreement with {cut_line(name, 60)}",
        f"{cut_line(name, 60)}, the newest week, {spoken[-1]}",
        f"{title}. The oldest first: {'; '.join(spoken)}.",
        "Week that begins on",
        "Percent",
        tuple((_label(each), _percent(each)) for each in weeks),
    )
