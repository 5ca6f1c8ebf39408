"""Whatever records hold: Slack takes every message and modal, and nothing in them is markup of theirs."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.views import command_replies
from bot.views.answers.runs_answer import Listing, runs_page
from bot.views.answers.workflow_answer import WorkflowFacts
from bot.views.button_values import ButtonValue
from bot.views.direct_messages import outcome_message
from bot.views.forms import form, modals
from bot.views.home import TEAM_PAGE, TeamPart, home_view
from bot.views.message import Message, Names
from bot.views.requests import details, full_content
from bot.views.requests.approval import approval_message
from bot.views.requests.blocked import Blocked, blocked_line, blocked_message
from bot.views.requests.failure import failure_message
from bot.views.runs.run import run_message
from bot.views.runs.thread import thread_line
from bot.views.workflow_health import HealthFacts
from engine import (
    Actor,
    DecisionRecord,
    Delegate,
    Failure,
    RequestRecord,
    RunDetail,
    RunRecord,
    Shown,
    StepRecord,
    TriggerRecord,
    WorkflowRecord,
)
from engine.kernel.requests.request_factory import anybody_of
from engine.model.states import RequestState
from localslack.blocks import check_message, check_view
from tests.present import present
from tests.request_records import make_request, waiting_page

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOSTILE = [
    "<!channel>", "<@U1>", "<https://evil.example|click>", "&amp;", "*bold*", "```", "> quote",
    "\u202egnp.exe",
    "", " ", "\x00", "😀" * 300, "a" * 6000, "line\nline\n" * 200, "\u200b", "`", "|", "approve",
]  # fmt: skip
# A value that holds the sign of a mark is marked itself, so that nobody can forge one.
texts = st.sampled_from(HOSTILE) | st.text(max_size=40).map(lambda text: text.replace("⟦", ""))
names = st.from_regex(r"[a-z][a-z_-]{0,30}", fullmatch=True) | st.just("n" * 200)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
moments = st.integers(0, 10_000_000).map(lambda seconds: NOW - timedelta(seconds=seconds))
refs = st.sampled_from(["@on-call", "@release-managers", "U02BOB", "U07"])
actors = st.builds(
    Actor,
    st.sampled_from(["slack", "cli", "api", "schedule", "engine"]),
    texts,
    st.none() | st.just("U02BOB"),
)
failures = st.builds(Failure, names, texts, texts)
logs = st.lists(texts, max_size=30).map(tuple)
maybe = st.none() | moments

runs = st.builds(
    RunRecord, id=names, workflow=names, definition=st.just("d"),
    state=st.sampled_from(["pending", "running", "waiting", "succeeded", "failed", "cancelled"]),
    version=st.integers(1, 9**9), input=values, actor=actors,
    trigger=st.sampled_from(["manual", "cron:0 2 * * *"]),
    channel=st.none(), trace_id=st.just("0" * 32), created_at=moments, started_at=maybe,
    ended_at=st.just(NOW),
    reason=texts,
)  # fmt: skip
steps = st.builds(
    StepRecord, st.just("run"), names,
    st.sampled_from(
        ["pending", "running", "retrying", "waiting", "succeeded", "failed", "skipped", "cancelled"]
    ),
    attempt=st.integers(0, 9), started_at=maybe, ended_at=st.none() | st.just(NOW), next_attempt_at=maybe,
    output=values, failure=st.none() | failures, reason=texts, log=logs,
)  # fmt: skip
rows = st.lists(st.dictionaries(texts, values, max_size=12), max_size=30)
diffs = st.fixed_dictionaries({"before": values | texts, "after": values | texts})
addresses = st.sampled_from(
    ["https://a.example.com/x", "https://a.example.com/<|>", "javascript:1", "http://"]
)
shown = st.one_of(
    st.builds(Shown, texts, values | texts, requested=st.booleans()),
    st.builds(
        Shown, texts, rows | st.lists(st.lists(texts, max_size=12), max_size=30) | values, st.just("table")
    ),
    st.builds(Shown, texts, diffs, st.just("diff")),
    st.builds(Shown, texts, addresses | texts | values, st.sampled_from(["link", "image"])),
)
decisions = st.builds(
    DecisionRecord, names, names, st.sampled_from(["approve", "reject", "retry"]), actors, texts, moments
)


@st.composite
def requests(draw: st.DrawFn) -> RequestRecord:
    failure = draw(st.booleans())
    states: list[RequestState] = ["open", "decided", "expired", "withdrawn"]
    state = draw(st.sampled_from(states))
    outcomes = ["retry", "skip", "abort"] if failure else ["approved", "rejected", "expired"]
    return make_request(
        id=draw(names),
        kind="failure" if failure else "approval",
        run_id=draw(names),
        workflow=draw(names),
        step=draw(names),
        state=state,
        version=draw(st.integers(1, 99)),
        ask=draw(texts),
        choices=("retry", "skip", "abort") if failure else ("approve", "reject"),
        stages=(anybody_of(*draw(st.lists(refs, min_size=1, max_size=9))),),
        self_approval=draw(st.booleans()),
        comment=draw(st.sampled_from([{}, {"reject": "required"}])),
        requester=draw(actors),
        opened_at=draw(moments),
        shown=tuple(draw(st.lists(shown, max_size=12))),
        again=draw(st.sampled_from(["", "the code of <b> changed"])),
        delegates=tuple(draw(st.lists(st.builds(Delegate, names, names, moments), max_size=4))),
        expires_at=draw(maybe),
        on_expiry=draw(st.sampled_from([None, "rejected", "abort"])),
        remind_every=draw(st.sampled_from([None, 600.0])),
        outcome=draw(st.sampled_from(outcomes)) if state in ("decided", "expired") else None,
        ended_at=None if state == "open" else NOW,
        failure=draw(failures) if failure else None,
        attempts=draw(st.integers(0, 9)),
        decisions=tuple(draw(st.lists(decisions, max_size=4))),
    )


found_details = st.builds(
    RunDetail, runs, owner=refs, workflow_channel=st.none(), steps=st.lists(steps, max_size=12).map(tuple),
    requests=st.lists(requests(), max_size=2).map(tuple), usual_seconds=st.none() | st.floats(0, 1e7),
    titles=st.just({}),
)  # fmt: skip
schemas = st.none() | st.dictionaries(
    names,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["string", "integer", "boolean", "array"])},
        optional={
            "default": values,
            "description": texts,
            "enum": st.lists(names, min_size=1, max_size=5, unique=True),
        },
    ),
    max_size=5,
).map(lambda fields: {"properties": fields, "required": list(fields)[:1]})  # fmt: skip
triggers = st.builds(TriggerRecord, names, names, texts, st.booleans(), maybe)
workflows = st.builds(
    WorkflowRecord, name=names, title=texts, definition=st.just("d"), owner=refs, channel=st.none(),
    steps=st.lists(names, max_size=3).map(tuple), triggers=st.lists(triggers, max_size=2).map(tuple),
    input_schema=schemas, may_run=st.just(()), may_cancel=st.just(()),
)  # fmt: skip
quick = settings(
    max_examples=present(settings.default).max_examples // 2, suppress_health_check=list(HealthCheck)
)
NAMES = Names(
    {"U02BOB": "<!here> *Bob*"},
    {"@on-call": "S01"},
    members={"@a": tuple(f"U0{number:09}" for number in range(200))},
)


def fits(message: Message | None) -> None:
    if message is None:
        return
    found = check_message(list(message.blocks))
    assert (found.errors, found.warnings, found.too_long) == ([], [], False)
    assert 0 < len(message.text.encode()) <= 4000
    is_safe([message.text, list(message.blocks)])
    assert "⟦U+27E6⟧" not in str([message.text, message.blocks]), "a mark was marked"


def view_fits(view: dict[str, Any] | None, kind: str = "modal") -> None:
    if view is None:
        return
    found = check_view(view, kind)
    assert (found.errors, found.warnings, found.too_long) == ([], [], False)
    is_safe(view["blocks"])


LINK = r"https://a\.example\.com/x\|a\.example\.com/x"
"""A link of ours says where it leads."""
OURS = re.compile(rf"<(?:!date\^\d+\^[^|<>]*\|[^<>]*|!subteam\^S01|@U02BOB|@U07|#[\w&;]+|{LINK})>")


def is_safe(value: Any, *, mrkdwn: bool = True) -> None:
    """In mrkdwn nothing stands between `<` and `>` that is not ours."""
    match value:
        case str() if mrkdwn:
            left = OURS.sub("", value)
            # People outside our names are mentioned by id, whatever that id holds.
            assert not re.search(r"<[!#]|<https?:|<mailto:", left), left
        case list():
            for each in value:
                is_safe(each, mrkdwn=mrkdwn)
        case dict():
            text = value.get("text")
            if isinstance(text, str):
                is_safe(text, mrkdwn=value.get("type") == "mrkdwn")
            for key, each in value.items():
                if isinstance(each, dict | list) and key != "value":
                    is_safe(each, mrkdwn=False)


def facts_of(run: RunRecord) -> WorkflowFacts:
    return WorkflowFacts([run] * 20, usual_seconds=1)


@pytest.mark.long
@quick
@given(found_details)
def test_every_view_of_a_run_fits_slacks_limits(detail: RunDetail) -> None:
    fits(run_message(detail, NAMES, NOW))
    fits(run_message(detail, NAMES, NOW, plan=False))
    fits(command_replies.run_answer(detail, NOW))
    fits(command_replies.started_answer(detail.run, "Here."))
    fits(command_replies.cancelled_answer(detail.run))
    fits(runs_page([detail.run] * 25, Listing(next=detail.run.id), NOW, "/workflow"))
    history = runs_page(
        [detail.run] * 25, Listing(detail.run.workflow), NOW, "/workflow", facts_of(detail.run)
    )
    fits(history)
    fits(present(history.instead))
    view_fits(details.run_details(detail, NOW, NAMES))
    view_fits(modals.cancel_modal(detail))
    for kind in ("request", "full", "line", "run"):
        remedy = "Invite the bot: /invite @signoff in C0123456."
        for posted, arrived in product([False, True], repeat=2):
            request = detail.requests[0] if detail.requests and kind == "request" else None
            blocked = Blocked(kind, posted, False, arrived, request)
            fits(blocked_message(detail, remedy, NAMES, NOW, blocked, as_operator=True))
            fits(blocked_line(detail, remedy, NOW, blocked, "operator", shown=arrived))


@quick
@given(requests(), found_details)
def test_everything_posted_in_full_fits_slacks_limits(request: RequestRecord, detail: RunDetail) -> None:
    for document in full_content.documents(request, detail):
        head = full_content.head_of(document, request, NAMES)
        for number in range(1, min(len(document.posts()), full_content.MAX_POSTS) + 1):
            fits(full_content.post(document, number, head))


@pytest.mark.long
@quick
@given(requests(), found_details)
def test_every_view_of_a_request_fits_slacks_limits(request: RequestRecord, detail: RunDetail) -> None:
    show = failure_message if request.kind == "failure" else approval_message
    fits(show(request, detail, NAMES, NOW))
    fits(outcome_message(request, detail, NAMES, NOW, "https://example.slack.com/archives/C1/p1"))
    fits(command_replies.approvals_answer(waiting_page([request] * 12), NOW))
    view_fits(details.request_details(request, detail, NOW, NAMES))
    for choice in request.policy.choices:
        view_fits(modals.reason_modal(request, ButtonValue(request.id, choice)))


@pytest.mark.long
@quick
@given(st.lists(workflows, max_size=30), st.lists(requests(), max_size=20), st.lists(runs, max_size=20))
def test_lists_and_the_home(
    found: list[WorkflowRecord], waiting: list[RequestRecord], started: list[RunRecord]
) -> None:
    fits(command_replies.list_answer(found, "/workflow", NOW))
    view_fits(home_view(waiting_page(waiting), started, found, NOW, "/workflow"), "home")
    facts = HealthFacts(started, 3, paused="p" * 300, muted_until=NOW, has_candidate=True)
    listed = [(each, facts) for each in found] * 8
    team = TeamPart(True, 2, 3, 20, listed[:TEAM_PAGE], True, started)
    view_fits(
        home_view(waiting_page(waiting), started, found, NOW, "/workflow", asked=waiting, team=team), "home"
    )
    for workflow in found[:5]:
        view_fits(form.form_modal(workflow, "C1"))


@quick
@given(texts, texts, texts)
def test_every_view_of_a_refusal_fits_slacks_limits(problem: str, expected: str, corrected: str) -> None:
    refused = command_replies.refused_answer(problem, expected=expected, corrected=corrected)
    fits(refused)
    view_fits(modals.notice_modal(refused))


@quick
@given(
    st.sampled_from(
        ["request.decision", "request.expired", "request.reminded", "run.cancelled", "step.retrying",
         "step.failed", "step.waiting", "step.overrun"]
    ),
    found_details, failures, texts, actors,
)  # fmt: skip
def test_a_line_in_the_thread(
    kind: str, detail: RunDetail, failure: Failure, text: str, actor: Actor
) -> None:
    event = {
        "seq": 1, "type": kind, "at": NOW.isoformat(), "actor": [actor.source, actor.id, actor.as_user],
        "workflow": "w", "step": detail.steps[0].step if detail.steps else "s",
        "request_id": detail.requests[0].id if detail.requests else "r",
        "data": {
            "choice": "approve", "comment": text, "reason": text, "attempt": 2, "log": [text] * 20,
            "failure": {"kind": failure.kind, "message": failure.message}, "next_attempt_at": NOW.isoformat(),
            "outcome": "approved", "number": 1,
        },
    }  # fmt: skip
    fits(thread_line(event, detail, NAMES, NOW))
