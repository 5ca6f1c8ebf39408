"""A run, drawn for a terminal from its JSON (`bot.cli.serializers.detail`)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.cli import formatting
from bot.cli.output import Line, Output
from bot.notify_out.messages import in_words
from bot.views.runs.outline import outline
from bot.views.runs.outside import standing
from bot.views.wording import icons
from bot.views.wording.acts import did
from bot.views.wording.plain_values import whole_text
from bot.views.wording.short_ids import short_id
from bot.views.wording.text import whole_question
from bot.views.wording.times import times
from engine.text import count

_LOG_LINES = 5
_MAX_RESULT = 600


def draw(output: Output, detail: dict[str, Any]) -> None:
    for line in lines(detail):
        output.line(line)


def personal(values: list[dict[str, Any]]) -> Iterator[Line]:
    """Yield the personal data of a run, each value in whole."""
    for each in values:
        field = formatting.plain(each["field"])
        if each["problem"]:
            yield Line(f"{field}: {each['problem']}", style="dim")
        else:
            yield from _value(field, outline(each["value"]))


def lines(detail: dict[str, Any]) -> Iterator[Line]:
    run = detail["run"]
    if altered := detail.get("altered"):
        yield altered_line(altered)
    yield _headline(run)
    yield Line(_origin(run, detail["owner"]), style="dim")
    if reason := detail.get("repeats_because"):
        origin = short_id(run["trigger"].partition(":")[2], datetime.fromisoformat(run["created_at"]))
        yield Line(f"Repeats {formatting.plain(origin)}: {formatting.plain(reason)}")
    if transformed := detail.get("transformed"):
        yield Line(formatting.plain(transformed))
    yield from _brought_about(detail)
    yield from _reasons(detail)
    if run["reason"]:
        yield Line(formatting.plain(run["reason"]))
    yield Line()
    agents = {agent["step"]: agent for agent in detail.get("agents", ())}
    steps = [agents.get(step["step"], step) for step in detail["steps"] if not step.get("part_of")]
    width = max((len(step["title"]) for step in steps), default=0)
    for step in steps:
        yield from _step(step, width)
        yield from _transcript(step)
        yield from _started_by(step, detail)
    yield from _result(detail)
    yield from _outside(detail)
    for request in detail["requests"]:
        yield Line()
        yield from _request(request)


def _reasons(detail: dict[str, Any]) -> Iterator[Line]:
    """The acts of people on the run for which they gave a reason, oldest first."""
    titles = {step["step"]: step["title"] for step in detail["steps"]}
    for each in detail.get("reasons", ()):
        done = formatting.plain(
            did(each["act"], titles.get(each["step"], each["step"] or ""), each["priority"])
        )
        by, when = formatting.actor(each["by"]), formatting.clock(each["at"])
        yield Line(f"{done} by {by}, {when}: {formatting.one_line(each['reason'], 1200)}")


def _result(detail: dict[str, Any]) -> Iterator[Line]:
    """The result, and the links that steps produced: a row each."""
    result, links = detail.get("result"), detail.get("links") or []
    if result or links:
        yield Line()
    if result:
        yield Line(f"  {formatting.one_line(result['text'], _MAX_RESULT)}")
    for link in links:
        withheld = "  (not linked: it holds a credential)" if link["withheld"] else ""
        yield Line(f"  {formatting.plain(link['url'])}{withheld}", style="dim")


def _outside(detail: dict[str, Any]) -> Iterator[Line]:
    """How the messages of the run outside Slack stand: a row each."""
    outside = detail.get("outside") or {"messages": (), "left_out": 0}
    titles = {step["step"]: step["title"] for step in detail["steps"]}
    if outside["messages"]:
        yield Line()
    for each in outside["messages"]:
        facts = [standing(each["state"], each["tries"])]
        facts += [f"again at {formatting.clock(each['again'])}"] if each["again"] and each["tries"] else []
        facts += [formatting.one_line(each["error"], 300)] if each["error"] else []
        what = f"{in_words(each['to'])} from {titles.get(each['step'], each['step'])}"
        style = "red" if each["state"] == "given up" else "dim"
        yield Line(f"  {formatting.plain(what)}: {' · '.join(facts)}", style=style)
    if outside["left_out"]:
        yield Line(f"  … and {count(outside['left_out'], 'more message')} outside Slack", style="dim")


def _brought_about(detail: dict[str, Any]) -> Iterator[Line]:
    """The run to which this one belongs."""
    words = {"parent": "Part of", "origin": "Follows"}
    for each in detail["related"]:
        if each["kind"] in words:
            text = f"{words[each['kind']]} {each['short']}, step {each['step']} ({each['state']})"
            yield Line(formatting.plain(text), style="dim")


def _started_by(step: dict[str, Any], detail: dict[str, Any]) -> Iterator[Line]:
    """The runs that a step brought about."""
    words = {"child": "runs", "follow_up": "followed by"}
    for each in detail["related"]:
        if each["kind"] in words and each["step"].partition("[")[0] == step["step"]:
            run, state = formatting.plain(each["short"]), formatting.state(each["state"], "")
            yield Line(f"       {words[each['kind']]} {run}  {state}", style="dim")


def altered_line(altered: str) -> Line:
    """Above what another program has changed in the database."""
    warning = "This does not match the log. Do not rely on it."
    return Line(f"{warning} {formatting.plain(altered)}", style="red")


def _headline(run: dict[str, Any]) -> Line:
    text = Line(formatting.plain(run["short"]), style="bold")
    state = formatting.run_words(run)
    text.append(f"  {state}", style=formatting.STYLES.get(run["state"], ""))
    if took := formatting.took(run["started_at"], run["ended_at"]):
        text.append(f" after {took}", style="not bold")
    return text


def _origin(run: dict[str, Any], owner: str) -> str:
    kind, _, origin = run["trigger"].partition(":")
    again = {"rerun": "started again", "fork": "continued"}.get(kind, "")
    how = f"{again} from {formatting.plain(origin)} by" if again else "started by"
    parts = [
        formatting.plain(run["workflow"]),
        f"{how} {formatting.actor(run['started_by'])}, {formatting.clock(run['created_at'])}",
        f"owner {formatting.plain(owner)}",
        *([f"priority {run['priority']}"] if run.get("priority") else []),
        run["id"],
    ]
    return " · ".join(parts)


def _step(step: dict[str, Any], width: int) -> Iterator[Line]:
    text = Line("  ")
    polls = bool(step.get("polling") and step["polling"]["waits"])
    text.append(formatting.sign("running" if polls else step["state"]) + " ")
    text.append(formatting.plain(step["title"]).ljust(width + 2))
    state = "polling" if polls else step["state"]
    text.append(state, style=formatting.STYLES.get(state, "dim"))
    if facts := " · ".join(_facts(step)):
        text.append(f"  {facts}", style="dim")
    yield text
    if step["failure"] and step["state"] != "succeeded":
        failure = step["failure"]
        yield Line(f"       {formatting.one_line(failure['message'] or failure['kind'], 300)}", style="red")
    elements = step.get("elements")
    for each in elements.get("executing", ()) if elements else ():
        yield Line(f"       element {each['element']}: {formatting.plain(each['words'])}", style="dim")
    if elements and elements["failed"]:
        yield Line(f"       failed elements: signoff show RUN --elements {step['step']}", style="dim")
    if step["state"] in ("failed", "waiting", "retrying", "running"):
        if (earlier := len(step["log"]) - _LOG_LINES) > 0:
            yield Line(f"       | … {count(earlier, 'earlier line')}: signoff logs RUN", style="dim")
        for line in step["log"][-_LOG_LINES:]:
            yield Line(f"       | {formatting.one_line(line, 200)}", style="dim")


def _transcript(step: dict[str, Any]) -> Iterator[Line]:
    """Yield the transcript of an agent, a line each."""
    for said in step.get("transcript", ()):
        head = said["by"] if said["tool"] is None else f"{said['by']} {said['tool']}"
        ending = f" ({said['ending']})" if said["ending"] else ""
        yield Line(
            f"       {formatting.plain(head)}{ending}: {formatting.one_line(said['text'], 200)}", style="dim"
        )


def failed_elements(page: dict[str, Any]) -> Iterator[Line]:
    """One page of the failed elements of a step."""
    if not page["elements"]:
        yield Line(f"No element of {page['step']} failed.")
    for element in page["elements"]:
        yield Line(f"{formatting.sign(element['state'])} {element['step']}  {', '.join(_facts(element))}")
        failure = element["failure"] or {"message": "", "kind": ""}
        yield Line(f"       {formatting.one_line(failure['message'] or failure['kind'], 300)}", style="red")
    if page["more"]:
        last = page["elements"][-1]["step"].partition("[")[2][:-1]
        command = f"signoff show {page['run']} --elements {page['step']} --after {last}"
        yield Line(f"{page['failed']:,} failed in all. The next ones: {command}", style="dim")


def _facts(step: dict[str, Any]) -> Iterator[str]:
    if progress := step.get("progress"):
        yield formatting.plain(progress["words"])
    if elements := step.get("elements"):
        yield elements["text"]
    if took := formatting.took(step["started_at"], step["ended_at"]):
        yield took
    polling = step.get("polling") or {"total": 0, "checks": 0, "waits": False}
    if polling["checks"]:
        yield f"checked {times(polling['checks'])}"
    if step.get("round", 1) > 1:
        yield f"round {step['round']}"
    # An element of a list has no rounds of its own.
    if (attempts := step.get("attempt_in_round", step["attempt"]) - polling["total"]) > 1:
        yield f"{attempts} attempts"
    if step["next_attempt_at"]:
        again = "next check at" if polling["waits"] else "again at"
        yield f"{again} {formatting.clock(step['next_attempt_at'])}"
    if step["reason"]:
        yield formatting.one_line(step["reason"], 120)


def _request(request: dict[str, Any]) -> Iterator[Line]:
    outcome = request["outcome"] or request["state"]
    mark = icons.PEOPLE if request["state"] == "open" else icons.OUTCOME.get(request["outcome"], ("·",))[0]
    yield Line(f"{mark} {whole_question(request['ask'])}", style="bold")
    if request.get("again"):
        yield from _value("Asked again, because", outline(request["again"]))
    yield from _runs_in_window(request)
    yield from _rounds(request)
    yield from _values(request)
    if failure := request.get("failure"):
        yield from _value("Error", outline(failure["message"] or failure["kind"]))
    for decision in request["decisions"]:
        by = formatting.actor(decision["by"])
        if decision["on_behalf"]:
            by += f" for {decision['on_behalf']}"
        note = "" if decision["counts"] else ", which does not count"
        yield Line(f"     {decision['choice']} by {by}, {formatting.clock(decision['at'])}{note}")
        if decision["comment"]:
            yield from _value("  Comment", outline(decision["comment"]))
    if request["state"] == "open":
        yield from how_to_decide(request)
        if request["seen"]:
            yield Line(f"     --seen {request['seen']} confirms that you read it here", style="dim")
    elif request["state"] != "decided":
        yield Line(f"     {outcome}, {formatting.clock(request['ended_at'])}", style="dim")


def _rounds(request: dict[str, Any]) -> Iterator[Line]:
    """The round, and the changes that were requested in the rounds before it."""
    revision = request.get("revision")
    if not revision or not revision["feedback"]:
        return
    yield Line(f"     Round {revision['round']} of {revision['rounds']}")
    for each in revision["feedback"]:
        by, when = formatting.plain(each["by"]), formatting.clock(each["at"])
        yield from _value(f"Round {each['round']}, {by}, {when}", outline(each["comment"]))


def _values(request: dict[str, Any]) -> Iterator[Line]:
    """All that a decision covers, in full: on the command line there is no Details."""
    for shown in request["shown"]:
        yield from _value(formatting.plain(shown["label"]), whole_text(shown["kind"], shown["value"]))
    if isinstance(request["value"], dict):
        for name, value in request["value"].items():
            yield from _value(formatting.plain(name), whole_text("value", value))


def _value(label: str, text: str) -> Iterator[Line]:
    if "\n" not in text:
        yield Line(f"     {label}: {text}")
        return
    yield Line(f"     {label}:")
    yield from (Line(f"       {line}") for line in text.split("\n"))


def _runs_in_window(request: dict[str, Any]) -> Iterator[Line]:
    """The window in which the guarded steps start, while the request is open or waits for it."""
    window = request.get("window")
    if window and request["state"] in ("open", "held"):
        opens, closes = formatting.clock(window["opens"]), formatting.clock(window["closes"])
        yield Line(f"     {icons.LATER} Runs at {opens}, until {closes}. If that is missed, nothing runs.")


def how_to_decide(request: dict[str, Any]) -> Iterator[Line]:
    """The people who may decide, the deadline and what silence does, and the command that decides."""
    who = ", ".join(map(formatting.plain, request["approvers"]))
    yield Line(f"     {who} may decide · {_deadline(request)}", style="dim")
    if claim := request.get("claim"):
        since, until = formatting.clock(claim["at"]), formatting.clock(claim["until"])
        yield Line(
            f"     {icons.CLAIMED} {formatting.plain(claim['by'])} is on it since {since}, until {until}"
        )
    if request["on_expiry"] == "approved":
        yield Line("     Silence approves: without a decision by then, it is approved.", style="bold")
    choices = "|".join(request["choices"])
    yield Line(f"     signoff decide {request['id']} {choices} --as USER", style="dim")


def _deadline(request: dict[str, Any]) -> str:
    if request["deadline_paused"]:
        return f"the deadline is paused until a question is answered; after it: {request['without_answer']}"
    if not request["expires_at"]:
        return "no deadline, so it waits until it is decided"
    return f"expires {formatting.clock(request['expires_at'])}, then {request['without_answer']}"
