"""A list that does not show everything says so, and nothing is called empty that was not looked through."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from bot.slack.people_notices import finding_line
from bot.views.answers.runs_answer import Listing, runs_page
from bot.views.blocks import Ids
from bot.views.command_replies import approvals_answer, list_answer
from bot.views.home import TEAM_PAGE, TeamPart, home_view
from bot.views.message import Names
from bot.views.requests import quorum
from bot.views.runs.run import refusal_words
from bot.views.runs.steps import StepLine, as_plan, as_row, lines, progress
from bot.views.wording import icons
from bot.views.wording.text import some
from bot.views.workflow_health import HealthFacts
from engine import (
    Actor,
    ApproverProblem,
    Failure,
    ListPlace,
    RunDetail,
    RunRecord,
    StepRecord,
    WorkflowRecord,
)
from engine.kernel.requests.request_factory import anybody_of
from engine.model.definition.spec import QuorumSpec, StageSpec
from engine.model.records.records import Shown
from engine.model.records.request_parts import Delegate
from engine.model.text.redaction import redacted
from localslack.blocks import check_view
from tests.request_records import evolve_request, open_approval, waiting_page

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PLACE = ListPlace(NOW)
ALICE = Actor("slack", "U01ALICE")
WORKFLOWS = [
    WorkflowRecord(f"w{n}", f"w{n}", "d", "@ops", "#ops", ("a",), (), None, (), ()) for n in range(40)
]
RUNS = [RunRecord(f"r{n}", "w", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW) for n in range(10)]
REQUEST = open_approval(
    ALICE,
    NOW,
    ask="Ship?\n" * 300,
)


def test_the_home_names_the_workflows_that_have_no_button() -> None:
    for waiting in ([], [REQUEST] * 100):
        blocks = home_view(waiting_page(waiting), RUNS, WORKFLOWS, NOW, "/workflow", total_runs=10)["blocks"]
        assert len(blocks) <= 100
        assert "/workflow help" in str(blocks[-1])
        assert "… and " in str(blocks[-2])
        shown = str(blocks)
        assert all(f"{one.name}" in shown for one in WORKFLOWS)


@pytest.mark.parametrize("ask", ["Ship?", REQUEST.ask])
def test_a_home_with_everything_in_it_keeps_the_command_and_every_workflow(ask: str) -> None:
    listed = [(workflow, HealthFacts(RUNS, 2, paused="for a reason")) for workflow in WORKFLOWS[:TEAM_PAGE]]
    team = TeamPart(True, 2, 4, 30, listed, True, RUNS)
    many = [evolve_request(REQUEST, ask=ask, altered="The log says otherwise.")] * 100
    view = home_view(
        waiting_page(many, 999, PLACE),
        RUNS,
        WORKFLOWS,
        NOW,
        "/workflow",
        total_runs=99,
        asked=many,
        team=team,
    )
    assert len(view["blocks"]) <= 100
    assert "/workflow help" in str(view["blocks"][-1])
    startable = str(view).partition("Start a run")[2]
    assert all(each.name in startable for each in WORKFLOWS)
    assert not check_view(view, "home").errors


def test_the_home_says_how_many_runs_there_are_in_all() -> None:
    assert "The newest 6 of 42 runs that you started" in str(
        home_view(waiting_page([]), RUNS, [], NOW, "/workflow", total_runs=42)
    )
    assert "The newest" not in str(home_view(waiting_page([]), RUNS[:6], [], NOW, "/workflow", total_runs=6))


def test_nothing_is_said_to_wait_only_when_every_open_request_was_looked_at() -> None:
    for said in (
        str(home_view(waiting_page([], 0, PLACE), [], [], NOW, "/workflow")),
        str(approvals_answer(waiting_page([], 0, PLACE), NOW)),
    ):
        assert "No request waits for you" not in said
        assert "None of the oldest 5,000 open requests waits for you." in said
        assert "Newer ones are on the next page" in said
        assert f"approvals after={quote(str(PLACE), safe='/:')}" in said
    assert "No request waits for you" in str(approvals_answer(waiting_page([]), NOW))


def test_a_list_of_workflows_counts_those_that_it_does_not_name() -> None:
    many = [replace(WORKFLOWS[0], name=f"many{n}") for n in range(100)]
    assert "… and 85 more: many15," in str(list_answer(many, "/workflow", NOW))
    assert "many74, and 25 more" in str(list_answer(many, "/workflow", NOW))


def test_delegates_that_are_not_named_are_counted() -> None:
    delegates = tuple(Delegate(f"U{n}", f"V{n}", NOW) for n in range(5))
    said = quorum.who_may(evolve_request(REQUEST, delegates=delegates), Names())
    assert said.endswith("<@V2> can decide for <@U2> · and 2 more")


def test_a_delegate_who_asked_for_it_is_not_listed() -> None:
    delegates = (Delegate("U2", ALICE.id, NOW), Delegate("U3", "U4", NOW))
    request = evolve_request(REQUEST, delegates=delegates)
    assert quorum.who_may(request, Names()) == "@a can decide · <@U4> can decide for <@U3>"
    assert ALICE.id not in str(quorum.rules(request, Names()))
    assert ALICE.id in quorum.who_may(evolve_request(request, self_approval=True), Names())


def test_questions_that_have_no_room_are_counted() -> None:
    long = replace(REQUEST, shown=tuple(Shown(f"value {n}", n) for n in range(3)))
    shown = approvals_answer(waiting_page([long] * 30, 4_500), NOW)
    assert len(shown.blocks) <= 50
    entries = sum(block["type"] == "actions" for block in shown.blocks) - 1
    assert "4,500 requests wait for you" in str(shown)
    assert f"… and {4_500 - entries:,} more" in str(shown)


@pytest.mark.parametrize(("count", "said"), [(0, ""), (2, "0, 1"), (3, "0, 1, and 1 more")])
def test_some_of_several_texts(count: int, said: str) -> None:
    assert some([str(n) for n in range(count)], 2) == said


@pytest.mark.parametrize(
    ("quorums", "who", "short"),
    [
        ([QuorumSpec(approvers=("@a", "@b"))], "@a or @b can decide", "@a or @b"),
        ([QuorumSpec(approvers=("@a", "@b"), needs=2)], "2 of @a or @b must approve", "@a or @b (0 of 2)"),
        (
            [QuorumSpec(approvers=("@a", "@b"), needs="all")],
            "everybody of @a and @b must approve",
            "@a and @b",
        ),
        (
            [QuorumSpec(approvers=("@a",)), QuorumSpec(approvers=("@b",), needs=2)],
            "1 of @a and 2 of @b must approve",
            "@a and @b (0 of 3)",
        ),
        (
            [QuorumSpec(approvers=("#a",)), QuorumSpec(approvers=("#b",), needs="all")],
            "one member of <#a> and all members of <#b> must approve",
            "members of <#a> and members of <#b>",
        ),
        (
            [QuorumSpec(approvers=("#a",), needs=2)],
            "2 members of <#a> must approve",
            "members of <#a> (0 of 2)",
        ),
    ],
)
def test_groups_stand_with_and_where_people_of_each_must_answer(
    quorums: list[QuorumSpec], who: str, short: str
) -> None:
    request = evolve_request(REQUEST, stages=(StageSpec(quorums=tuple(quorums)),))
    assert quorum.who_may(request, Names()) == who
    assert quorum.short(request, Names()) == short


@pytest.mark.parametrize(
    ("outcome", "row", "status", "count"),
    [
        ("approved", f"{icons.DONE} go · approved", "complete", "1 of 1 step done"),
        ("rejected", f"{icons.FAILED} go · rejected", "pending", "0 of 1 step done, 1 rejected"),
        ("expired", f"{icons.AT_RISK} go · expired", "pending", "0 of 1 step done, 1 expired"),
    ],
)
def test_an_approval_that_was_not_given_has_no_tick(outcome: str, row: str, status: str, count: str) -> None:
    run = replace(RUNS[0], state="succeeded", ended_at=NOW)
    request = replace(REQUEST, state="decided", outcome=outcome, ended_at=NOW)
    steps = (StepRecord("r0", "go", "succeeded"),)
    detail = RunDetail(run, "@ops", "#ops", steps, (request,))
    shown, _ = lines(detail, Names(), NOW)
    assert [as_row(line) for line in shown] == [row]
    assert [task["status"] for task in as_plan(shown, 0, "", Ids("run", 1))["tasks"]] == [status]
    assert progress(detail) == count


def test_a_failed_step_that_waits_for_people_does_not_look_like_one_that_executes() -> None:
    request = evolve_request(REQUEST, kind="failure", choices=("retry", "skip", "abort"))
    detail = RunDetail(RUNS[0], "@ops", "#ops", (StepRecord("r0", "go", "waiting"),), (request,))
    shown, _ = lines(detail, Names(), NOW)
    assert as_row(shown[0]) == f"{icons.FAILED} go · failed · waiting for @a"
    (task,) = as_plan(shown, 0, "", Ids("run", 1))["tasks"]
    assert (task["title"], task["status"]) == ("go · failed · waiting for @a", "error")


@pytest.mark.parametrize(("attempts", "words"), [(1, "failed"), (3, "failed, 3 attempts")])
def test_a_step_that_failed_for_good_says_after_how_many_attempts(attempts: int, words: str) -> None:
    request = evolve_request(REQUEST, kind="failure", choices=("retry", "abort"))
    step = StepRecord("r0", "go", "waiting", attempt=attempts)
    asked = RunDetail(RUNS[0], "@ops", "#ops", (step,), (request,))
    assert as_row(lines(asked, Names(), NOW)[0][0]) == f"{icons.FAILED} go · {words} · waiting for @a"
    held = replace(asked, untold={request.id: NOW})
    assert f"go · {words} · @a is told" in as_row(lines(held, Names(), NOW)[0][0])
    failed = replace(step, state="failed", failure=Failure("E", "no disk"))
    ended = replace(asked, steps=(failed,), requests=())
    assert as_row(lines(ended, Names(), NOW)[0][0]) == f"{icons.FAILED} go · {words} · no disk"


def test_an_approval_that_expired_as_rejected_is_told_as_unanswered() -> None:
    assert (
        refusal_words(evolve_request(REQUEST, state="expired", outcome="rejected")) == "not answered in time"
    )
    assert refusal_words(evolve_request(REQUEST, state="decided", outcome="rejected")) == "rejected"


def test_steps_that_a_plan_does_not_list_have_no_status() -> None:
    shown = [StepLine(f"s{number}", "waiting", "s") for number in range(30)]
    plan = as_plan(shown, 20, "0 of 50 steps done", Ids("run", 1))
    assert plan["title"] == "0 of 50 steps done · 20 not listed"
    assert {task["status"] for task in plan["tasks"]} == {"in_progress"}
    assert len(as_plan(shown, 20, "x" * 500, Ids("run", 1))["title"]) == 120


@pytest.mark.parametrize("workflow", ["secret", "token", "password", "api-key"])
@pytest.mark.parametrize("text", ["@crew: 1 person must approve.", "U0TYPO of @crew cannot be found."])
def test_a_finding_is_logged_whole_whatever_its_workflow_is_called(workflow: str, text: str) -> None:
    told = finding_line(ApproverProblem(text, workflow))
    assert redacted(told) == told


@pytest.mark.parametrize(
    ("approvers", "said"),
    [
        (("@ghosts",), "Nobody can decide: @ghosts is unknown in this workspace"),
        (("@ghosts", "@ops"), "@ops can decide"),
        (("@ops",), "@ops can decide"),
    ],
)
def test_a_question_does_not_say_that_a_missing_group_can_decide(
    approvers: tuple[str, ...], said: str
) -> None:
    request = evolve_request(REQUEST, stages=(anybody_of(*approvers),))
    assert quorum.who_may(request, Names(missing=frozenset({"@ghosts"}))) == said


@pytest.mark.parametrize(
    ("approvers", "needs", "risk", "said"),
    [
        (("#plant", "@ops"), 1, "high", "@ops can decide"),
        (("#plant", "@ops"), 1, "normal", "Members of <#plant> or @ops can decide"),
        (("#plant", "@ops"), 2, "high", "2 of @ops must approve"),
        (
            ("#plant",),
            1,
            "high",
            "Nobody can decide: at high risk members of <#plant> cannot, as anybody can join",
        ),
    ],
)
def test_a_high_risk_question_does_not_say_that_a_public_channel_can_decide(
    approvers: tuple[str, ...], needs: int, risk: str, said: str
) -> None:
    stage = StageSpec(quorums=(QuorumSpec(approvers=approvers, needs=needs),))
    request = evolve_request(REQUEST, stages=(stage,), risk=risk)
    assert quorum.who_may(request, Names(public=frozenset({"#plant"}))) == said


def buttons_of(listing: Listing) -> dict[str, str]:
    """Return the subcommand behind each button of a page."""
    (row,) = [
        block for block in runs_page(RUNS[:1], listing, NOW, "/workflow").blocks if block["type"] == "actions"
    ]
    return {each["text"]["text"]: each["value"] for each in row["elements"]}


def test_the_pages_of_runs_go_back_one_by_one() -> None:
    assert "Newer" not in buttons_of(Listing("ship", before="p1", next="p2"))
    third = buttons_of(Listing("ship", before="p1,p2", next="p3"))
    assert "runs workflow=ship before=p1" in third["Newer"]
    assert "p2" not in third["Newer"]
    assert "before=p1,p2" in buttons_of(Listing("ship", before="p1,p2,p3"))["Newer"]
    assert "runs workflow=ship before=p1,p2,p3" in third["Older"]
    assert "before" not in third["Newest"]


def test_the_way_back_through_many_pages_fits_a_button() -> None:
    place = "2026-01-05T12:00:00.123456+00:00/ship-0123456789abcdef-0123456789"
    pages = ",".join([place] * 40)
    shown = buttons_of(Listing("ship", before=pages, next=place))
    assert "Older" in shown
    assert shown["Older"].count(place) == 12
