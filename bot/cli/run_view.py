"""A run, drawn for a terminal from its JSON (`bot.cli.serializers.detail`)."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from bot.cli import formatting
from bot.cli.output import Output
from bot.views import icons
from bot.views.display import whole_text
from bot.views.outline import outline
from engine import Shown

_LOG_LINES = 5


def draw(output: Output, detail: dict[str, Any]) -> None:
    for line in lines(detail):
        output.line(line)


def lines(detail: dict[str, Any]) -> Iterator[Text]:
    run = detail["run"]
    yield _headline(run)
    yield Text(_origin(run, detail["owner"]), style="dim")
    if run["reason"]:
        yield Text(formatting.plain(run["reason"]))
    yield Text()
    width = max((len(step["title"]) for step in detail["steps"]), default=0)
    for step in detail["steps"]:
        yield from _step(step, width)
    for request in detail["requests"]:
        yield Text()
        yield from _request(request)


def _headline(run: dict[str, Any]) -> Text:
    text = Text(formatting.plain(run["short"]), style="bold")
    text.append(
        f"  {formatting.state(run['state'], run['reason'])}", style=formatting.STYLES.get(run["state"], "")
    )
    if took := formatting.took(run["started_at"], run["ended_at"]):
        text.append(f" after {took}", style="not bold")
    return text


def _origin(run: dict[str, Any], owner: str) -> str:
    parts = [
        formatting.plain(run["workflow"]),
        f"started by {formatting.actor(run['started_by'])}, {formatting.clock(run['created_at'])}",
        f"owner {formatting.plain(owner)}",
        run["id"],
    ]
    return " · ".join(parts)


def _step(step: dict[str, Any], width: int) -> Iterator[Text]:
    text = Text("  ")
    text.append(formatting.sign(step["state"]) + " ")
    text.append(formatting.plain(step["title"]).ljust(width + 2))
    text.append(step["state"], style=formatting.STYLES.get(step["state"], "dim"))
    if facts := " · ".join(_facts(step)):
        text.append(f"  {facts}", style="dim")
    yield text
    if step["failure"] and step["state"] != "succeeded":
        failure = step["failure"]
        yield Text(f"       {formatting.one_line(failure['message'] or failure['kind'], 300)}", style="red")
    if step["state"] in ("failed", "waiting", "retrying"):
        if (earlier := len(step["log"]) - _LOG_LINES) > 0:
            yield Text(f"       | … {earlier:,} earlier lines: signoff show RUN --json", style="dim")
        for line in step["log"][-_LOG_LINES:]:
            yield Text(f"       | {formatting.one_line(line, 200)}", style="dim")


def _facts(step: dict[str, Any]) -> Iterator[str]:
    if took := formatting.took(step["started_at"], step["ended_at"]):
        yield took
    if step["attempt"] > 1:
        yield f"{step['attempt']} attempts"
    if step["next_attempt_at"]:
        yield f"again at {formatting.clock(step['next_attempt_at'])}"
    if step["reason"]:
        yield formatting.one_line(step["reason"], 120)


def _request(request: dict[str, Any]) -> Iterator[Text]:
    outcome = request["outcome"] or request["state"]
    mark = icons.PEOPLE if request["state"] == "open" else icons.OUTCOME.get(request["outcome"], ("·",))[0]
    first, *more = outline(request["ask"]).split("\n")
    yield Text(f"{mark} {first}", style="bold")
    yield from (Text(f"     {line}", style="bold") for line in more)
    if request.get("again"):
        yield from _value("Asked again, because", outline(request["again"]))
    yield from _values(request)
    if failure := request.get("failure"):
        yield from _value("Error", outline(failure["message"] or failure["kind"]))
    for decision in request["decisions"]:
        by = formatting.actor(decision["by"])
        if decision["on_behalf"]:
            by += f" for {decision['on_behalf']}"
        yield Text(f"     {decision['choice']} by {by}, {formatting.clock(decision['at'])}")
        if decision["comment"]:
            yield from _value("  Comment", outline(decision["comment"]))
    if request["state"] == "open":
        yield from how_to_decide(request)
        if request["seen"]:
            yield Text(f"     --seen {request['seen']} says that you read it here", style="dim")
    elif request["state"] != "decided":
        yield Text(f"     {outcome}, {formatting.clock(request['ended_at'])}", style="dim")


def _values(request: dict[str, Any]) -> Iterator[Text]:
    """All that a decision covers, in full: on the command line there is no Details."""
    for shown in request["shown"]:
        yield from _value(formatting.plain(shown["label"]), whole_text(Shown(**shown)))
    if isinstance(request["value"], dict):
        for name, value in request["value"].items():
            yield from _value(formatting.plain(name), whole_text(Shown(name, value)))


def _value(label: str, text: str) -> Iterator[Text]:
    if "\n" not in text:
        yield Text(f"     {label}: {text}")
        return
    yield Text(f"     {label}:")
    yield from (Text(f"       {line}") for line in text.split("\n"))


def how_to_decide(request: dict[str, Any]) -> Iterator[Text]:
    """Who may, until when, and the command that does it."""
    until = ""
    if request["expires_at"]:
        then = request["on_expiry"] or "expired"
        until = f" · expires {formatting.clock(request['expires_at'])}, then {then}"
    who = ", ".join(map(formatting.plain, request["approvers"]))
    yield Text(f"     {who} may decide{until}", style="dim")
    choices = "|".join(request["choices"])
    yield Text(f"     signoff decide {request['id']} {choices} --as USER", style="dim")
