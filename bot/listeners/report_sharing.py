"""Writes the report of a run and shares it as a file, or tells the person why that failed."""

import asyncio
import importlib.util
import logging
from collections.abc import Sequence

from bot.listeners import graph_sharing
from bot.listeners.context import Caller, Context
from bot.reports.document import Report
from bot.reports.html_page import html_page
from bot.reports.pdf import pdf
from bot.reports.reading import read_report
from bot.reports.typst_text import graph_of, typst_text
from bot.slack.call_results import Sent
from bot.slack.display_names import names_in
from bot.slash.commands import ReportCommand
from bot.views import command_replies
from bot.views.message import Message, Names
from bot.views.requests.full_content import File
from engine import Actor, RunDetail

log = logging.getLogger(__name__)


async def answer(context: Context, asker: Caller, command: ReportCommand) -> Message:
    """Announce the report of a run that the person may see. Raises the engine's errors."""
    seen = await context.view_for(asker)
    run = await seen.find_run(command.run)
    place = asker.channel if asker.public else None
    if place and (problem := await graph_sharing.shut_out(context, place)):
        return command_replies.refused_answer(f"The report of {run.short} is not shared. {problem}")
    context.background.start(_share(context, asker.user, place, run.id, run.short), "share a report")
    where = "in this conversation" if place else "in your direct messages with Signoff"
    return command_replies.recorded_answer(f"The report of {run.short} appears {where} in a few seconds.")


async def _share(context: Context, user: str, channel: str | None, run_id: str, short: str) -> None:
    """Share it in the thread of the run's message, if that is in this channel."""

    async def names_of(detail: RunDetail, actors: Sequence[Actor]) -> Names:
        return await names_in(context.people, detail, *actors)

    try:
        report = await read_report(context.engine, run_id, names_of)
        file = await asyncio.to_thread(_file, report, short)
    except Exception:  # the packages that draw raise errors of their own
        log.exception("the report of %s could not be written", short)
        await _tell(context, user, f"The report of {short} could not be written. The log has the details.")
        return
    thread = await _thread(context, run_id, channel) if channel else None
    outcome = await graph_sharing.share_in(context, user, channel, file, thread)
    if not isinstance(outcome, Sent):
        log.warning("the report of %s could not be shared: %s", short, outcome)
        problem = graph_sharing.sharing_problem(outcome)
        await _tell(context, user, f"The report of {short} could not be shared. {problem}")


def _file(report: Report, short: str) -> File:
    """Return the report as PDF, or as HTML where the package for PDF is missing."""
    if importlib.util.find_spec("typst") is not None:
        return File(f"{short}.pdf", report.title, pdf(typst_text(report), graph_of(report)))
    return File(f"{short}.html", report.title, html_page(report).encode())


async def _thread(context: Context, run_id: str, channel: str) -> str | None:
    rows = await context.engine.deliveries.find(subject=run_id, kind="run")
    places = [row.ref for row in rows if row.ref]
    return next((str(ref["ts"]) for ref in places if ref.get("channel") == channel and ref.get("ts")), None)


async def _tell(context: Context, user: str, text: str) -> None:
    outcome = await context.api.write("chat.postMessage", {"channel": user, "text": text})
    if not isinstance(outcome, Sent):
        log.warning("and the person could not be told: %s", outcome)
