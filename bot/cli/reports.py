"""The report of a run for the command line: its text in one of the formats."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.reports.html_page import html_page
from bot.reports.markdown import markdown
from bot.reports.reading import read_report
from bot.reports.typst_text import graph_of, typst_text
from bot.slack.display_names import people_of
from bot.views.message import Names
from engine import Actor, Engine, PeopleUnavailable, RunDetail, UnknownPeople

_FORMS = {"md": markdown, "html": html_page, "typst": typst_text}


async def report(engine: Engine, values: Mapping[str, Any], user: str) -> dict[str, Any]:
    """Return the text of the report; for a PDF also the graph, which is a file beside it."""
    run = await engine.find_run(values["run"])
    form = values["form"]

    async def names_of(detail: RunDetail, actors: Sequence[Actor]) -> Names:
        return Names(await _names(engine, people_of(detail, *actors)))

    document = await read_report(engine, run.id, names_of)
    return {"text": _FORMS[form](document), "graph": graph_of(document) if form == "typst" else ""}


async def _names(engine: Engine, ids: set[str]) -> dict[str, str]:
    """Return the names that can be looked up; without Slack there are none."""
    names: dict[str, str] = {}
    for id_ in sorted(ids):
        try:
            names[id_] = (await engine.people.person(id_)).name
        except UnknownPeople:
            continue
        except PeopleUnavailable:
            break
    return names
