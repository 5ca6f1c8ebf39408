"""An approval guards what names it: nothing that names one runs unless people approved it, or it says so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine import DefinitionErrors, Outcome, Settled, StaticPeople, Workflow
from engine.authoring.refs import ApprovalRef, StepRef
from engine.compiler import compile_workflow
from engine.kernel.planner import Skip, decide
from engine.model.definition.conditions import AllOf, AnyOf, Condition, Not, OutcomeIs, StateIs
from engine.model.definition.conditions import holds_after as known
from engine.model.records.records import StepRecord
from engine.model.states import OUTCOMES
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"]})


def asked(flow: Workflow, name: str = "go", **options: Any) -> ApprovalRef:
    return flow.approval(name, ask="Go?", approvers=["@ops"], expires="1h", **options)


async def settle(harness: Harness, choice: str) -> None:
    """Approve, reject, or let it expire."""
    if choice == "expire":
        await harness.advance("1h")
    else:
        await harness.decide("go", choice, as_user="U1", comment="no")


def problems(flow: Workflow) -> list[str]:
    with pytest.raises(DefinitionErrors) as refused:
        compile_workflow(flow)
    return [error.problem for error in refused.value.errors]


@pytest.mark.parametrize("choice", ["approve", "reject", "expire"])
@pytest.mark.parametrize("how", ["parameter", "optional", "settled", "after", "when"])
async def test_a_step_that_names_an_approval_runs_only_when_it_is_approved(how: str, choice: str) -> None:
    flow = Workflow("flow", owner="@ops")
    go = asked(flow)
    if how == "parameter":

        @flow.step
        async def act(go: Outcome) -> str:
            return go.outcome
    elif how == "optional":

        @flow.step
        async def act(go: Outcome | None) -> str:
            return "acted"
    elif how == "settled":

        @flow.step
        async def act(go: Settled[Outcome]) -> str:
            return "acted"
    else:
        after, when = ([go], None) if how == "after" else ([], go.approved)

        @flow.step(after=after, when=when)
        async def act() -> str:
            return "acted"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await settle(harness, choice)
        steps = {step.step: step.state for step in (await harness.state(run)).steps}
        assert steps["act"] == ("succeeded" if choice == "approve" else "skipped")


@pytest.mark.parametrize(("choice", "runs"), [("approve", True), ("reject", True), ("expire", True)])
async def test_answered_is_for_a_step_that_runs_whatever_people_decide(choice: str, runs: bool) -> None:
    flow = Workflow("flow", owner="@ops")
    go = asked(flow, advisory=True)

    @flow.step(when=go.answered)
    async def tell(go: Outcome) -> str:
        return go.outcome

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await settle(harness, choice)
        told = {"approve": "approved", "reject": "rejected", "expire": "expired"}[choice]
        assert await harness.output(run, "tell") == told


async def test_a_skipped_approval_lets_only_a_step_through_that_takes_a_skip() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def price() -> int:
        return 5

    go = asked(flow, when=price.output > 100)

    @flow.step
    async def takes_skip(go: Outcome | None) -> str:
        return "ran"

    @flow.step
    async def needs_answer(go: Outcome) -> str:
        return "ran"

    @flow.step(after=[go])
    async def comes_after() -> str:
        return "ran"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        steps = {step.step: step.state for step in (await harness.state(run)).steps}
        assert steps["takes_skip"] == "succeeded"
        assert steps["needs_answer"] == steps["comes_after"] == "skipped"


def test_an_approval_that_guards_nothing_is_refused_unless_it_is_advisory() -> None:
    flow = Workflow("flow", owner="@ops")
    go = asked(flow)

    @flow.step(when=go.answered | go.skipped)
    async def tell() -> None: ...

    @flow.step(when=go.rejected)
    async def stand_down() -> None: ...

    assert problems(flow) == ["The approval guards nothing: no step waits for it."]


def test_advisory_is_refused_where_a_step_waits_for_the_approval() -> None:
    flow = Workflow("flow", owner="@ops")
    asked(flow, advisory=True)

    @flow.step
    async def act(go: Outcome) -> None: ...

    assert problems(flow) == ["The approval has advisory=True, but act runs only if it is approved."]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (lambda go, build: go.approved | (build.output.x > 3), "rejected, expired, skipped or failed"),
        (lambda go, build: ~go.rejected, "expired, skipped or failed"),
        (lambda go, build: go.approved | go.rejected, ""),
        (lambda go, build: go.approved | build.failed, "rejected, expired, skipped or failed"),
        (lambda go, build: ~go.rejected & ~go.expired, "skipped or failed"),
        (lambda go, build: ~(go.rejected | go.expired | go.skipped | go.failed), ""),
        (lambda go, build: go.approved | go.skipped, ""),
        (lambda go, build: ~go.approved, ""),
        (lambda go, build: (go.approved & build.succeeded) | (go.rejected & build.failed), ""),
    ],
)
def test_a_condition_that_holds_after_an_outcome_it_does_not_name_is_refused(
    condition: Any, words: str
) -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def build() -> dict[str, int]:
        return {"x": 5}

    go = asked(flow)

    @flow.step
    async def guarded(go: Outcome) -> None: ...

    @flow.step(when=condition(go, build))
    async def act() -> None: ...

    if words:
        assert problems(flow) == [f"when= can hold when go was {words}, which it does not name."]
    else:
        compile_workflow(flow)


def test_succeeded_of_an_approval_is_refused_since_it_holds_after_a_rejection() -> None:
    flow = Workflow("flow", owner="@ops")
    go = asked(flow)

    @flow.step(when=go.succeeded)
    async def act(go: Outcome) -> None: ...

    assert problems(flow)[0] == "when= tests go.succeeded, which is true whatever people decide."


def test_either_of_two_approvals_may_let_a_step_run() -> None:
    flow = Workflow("flow", owner="@ops")
    one, two = asked(flow, "one"), asked(flow, "two")

    @flow.step(when=one.approved | two.approved)
    async def act() -> None: ...

    compile_workflow(flow)


def test_a_second_approval_that_shows_the_first_is_asked_only_when_that_was_approved() -> None:
    flow = Workflow("flow", owner="@ops")
    asked(flow, "first")
    flow.approval(
        "second", ask="Also go, as {first.comment} says?", approvers=["@ops"], expires="1h", advisory=True
    )
    graph = compile_workflow(flow).graph
    at = {"outcome": "rejected", "by": [], "comment": "", "at": "2026-01-01T00:00:00Z"}
    steps = {"first": StepRecord("r", "first", "succeeded", output=at)}
    assert isinstance(decide(graph, "second", steps), Skip)


def random_condition(go: ApprovalRef, build: StepRef[Any, Any]) -> st.SearchStrategy[Condition]:
    leaf: st.SearchStrategy[Condition] = st.sampled_from([
        go.approved, go.rejected, go.expired, go.skipped, go.failed, build.succeeded, build.failed,
        build.output.x > 3,
    ])  # fmt: skip
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
            st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
            inner.map(lambda one: ~one),
        ),
        max_leaves=4,
    )


@given(st.data())
def test_whatever_names_an_approval_never_runs_after_an_outcome_it_does_not_name(data: st.DataObject) -> None:
    """Over conditions, joins and ends of the approval and of another step."""
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def build() -> dict[str, int]:
        return {"x": 5}

    go = asked(flow, after=[build])

    @flow.step
    async def guarded(go: Outcome) -> None: ...

    when = data.draw(st.none() | random_condition(go, build))
    kind = data.draw(st.sampled_from([None, Outcome, Outcome | None, Settled[Outcome]]))
    after = data.draw(st.booleans())

    if kind is None:

        async def act() -> None: ...
    else:

        async def act(go: Any) -> None: ...  # type: ignore[misc]

        act.__annotations__["go"] = kind

    flow.step(when=when, after=[go] if after else [])(act)
    try:
        graph = compile_workflow(flow).graph
    except DefinitionErrors:
        return  # refused
    if "go" not in graph.dependencies("act"):
        return
    end = data.draw(st.sampled_from([*OUTCOMES, "skipped", "failed"]))
    built = data.draw(st.sampled_from(["succeeded", "failed", "skipped"]))
    if end in OUTCOMES:
        output: dict[str, Any] = {"outcome": end, "by": [], "comment": "", "at": "2026-01-01T00:00:00Z"}
        went = StepRecord("r", "go", "succeeded", output=output)
    else:
        went = StepRecord("r", "go", end)  # type: ignore[arg-type]
    x = data.draw(st.sampled_from([1, 5]))
    made = StepRecord("r", "build", built, output={"x": x} if built == "succeeded" else None)  # type: ignore[arg-type]
    runs = not isinstance(decide(graph, "act", {"go": went, "build": made}), Skip)
    if not runs or end == "approved":
        return
    takes_skip = kind in (Outcome | None, Settled[Outcome])
    if not (end == "skipped" and takes_skip):
        assert when is not None
        assert asks_for(when, end) or known(when, "go", "approved") is False


def asks_for(condition: Condition, end: str, positive: bool = True) -> bool:
    """Return whether the condition names this end of the approval, and not under `~`."""
    match condition:
        case Not():
            return asks_for(condition.no, end, not positive)
        case AllOf():
            return any(asks_for(each, end, positive) for each in condition.all)
        case AnyOf():
            return any(asks_for(each, end, positive) for each in condition.any)
        case OutcomeIs():
            return positive and condition.step == "go" and condition.outcome == end
        case StateIs():
            return positive and condition.step == "go" and condition.state == end
    return False


def takes_skip(flow: Workflow, money: ApprovalRef, how: str) -> None:
    if how == "parameter":

        @flow.step
        async def act(money: Outcome | None) -> str:
            return "acted"
    elif how == "settled":

        @flow.step(name="act")
        async def settle(money: Settled[Outcome]) -> str:
            return "acted"
    else:

        @flow.step(name="act", when=money.approved | money.skipped)
        async def act_when() -> str:
            return "acted"


@pytest.mark.parametrize("between", ["nothing", "a step", "a question"])
@pytest.mark.parametrize("how", ["parameter", "settled", "when"])
@pytest.mark.parametrize("first", ["approve", "reject", "expire", "not asked"])
async def test_a_second_approval_skipped_since_the_first_was_not_approved_lets_nothing_through(
    first: str, how: str, between: str
) -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def amount() -> int:
        return 5

    @flow.step
    async def facts() -> dict[str, int]:
        return {} if first == "not asked" else {"total": 5}

    legal = flow.approval(
        "legal", ask="Sign {facts.total}?", approvers=["@ops"], expires="1h", after=[amount]
    )
    options: dict[str, Any] = {"when": (amount.output > 100) & legal.approved}
    ask = "Pay?"
    if between == "a step":

        @flow.step
        async def prepared(legal: Outcome) -> str:
            return "ready"

        options, ask = {"when": amount.output > 100}, "Pay {prepared}?"
    elif between == "a question":
        options, ask = {"when": amount.output > 100}, "Pay after {legal.outcome}?"
    takes_skip(flow, flow.approval("money", ask=ask, approvers=["@ops"], expires="1h", **options), how)

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        if first == "expire":
            await harness.advance("1h")
        elif first == "not asked":
            (failure,) = await harness.requests()
            await harness.decide(failure, "skip", as_user="U1")
        else:
            await harness.decide("legal", first, as_user="U1", comment="no")
        steps = {step.step: step.state for step in (await harness.state(run)).steps}
        assert steps["money"] == "skipped"
        assert steps["act"] == ("succeeded" if first == "approve" else "skipped")


async def test_an_alternative_to_a_rejected_approval_may_let_a_step_run() -> None:
    flow = Workflow("flow", owner="@ops")
    go = asked(flow, advisory=True)
    asked(flow, "other", when=go.rejected)

    @flow.step(when=go.answered)
    async def act(other: Outcome | None) -> str:
        return "acted"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "approve", as_user="U1")
        assert (await harness.step(run, "act")).state == "succeeded"


@pytest.mark.parametrize(
    ("decision", "reasons"),
    [
        ("reject", {"release": "go was rejected", "publish": "release was skipped", "decline": ""}),
        ("approve", {"release": "", "publish": "", "decline": "go was approved"}),
        ("expire", {"release": "go expired", "publish": "release was skipped", "decline": "go expired"}),
    ],
)
async def test_a_skipped_step_names_the_outcome_that_ruled_it_out(
    decision: str, reasons: dict[str, str]
) -> None:
    flow = Workflow("flow", owner="@owners")
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1h")

    @flow.step
    async def release(go: Outcome) -> int:
        return 1

    @flow.step
    async def publish(release: int) -> int:
        return 1

    @flow.step(when=go.rejected)
    async def decline() -> int:
        return 1

    people = StaticPeople(groups={"ops": ["U1"], "owners": ["U9"]})
    async with Harness(flow, people=people) as harness:
        run = await harness.start("flow")
        if decision == "expire":
            await harness.advance("2h")
        else:
            await harness.decide("go", decision, as_user="U1", comment="because")
        assert {name: (await harness.step(run, name)).reason for name in reasons} == reasons


async def test_the_reason_of_a_skip_is_in_the_words_of_titles() -> None:
    flow = Workflow("flow", owner="@platform", channel="#general")
    legal = asked(flow, "legal_check", title="Legal review")

    @flow.step(when=legal.approved, title="Send to the printer")
    async def print_it() -> str:
        return "printed"

    @flow.step(title="Announce it")
    async def announce(print_it: str) -> str:
        return "announced"

    @flow.step(after=[announce])
    async def tidy() -> str:
        return "tidy"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.decide("legal_check", "reject", as_user="U1", comment="no")
        assert (await harness.step(run, "print_it")).reason == "Legal review was rejected"
        assert (await harness.step(run, "announce")).reason == "Send to the printer was skipped"


class Price(BaseModel):
    amount: int


UNASKED = ("needed", "before", "compared")


def unasked(how: str) -> tuple[Workflow, list[str]]:
    """An approval behind a step that fails, and two steps that take a skip of the approval."""
    flow, ran = Workflow("flow", owner="@ops"), list[str]()

    @flow.step
    async def price() -> Price:
        raise ValueError("no price")

    @flow.step
    async def middle(price: Price) -> Price:
        return price

    how_asked: dict[str, Any] = {
        "needed": {"show": [("Price", "middle.amount")]},
        "before": {"show": [("Price", "price.amount")]},
        "compared": {"when": price.output.amount > 100},
    }
    go = asked(flow, risk="high", **how_asked[how])

    @flow.step
    async def buy(go: Outcome | None) -> str:
        ran.append("buy")
        return "bought"

    @flow.step(when=go.approved | go.skipped)
    async def ship() -> str:
        ran.append("ship")
        return "shipped"

    @flow.step(when=go.answered | go.skipped)
    async def tell() -> str:
        ran.append("tell")
        return "told"

    return flow, ran


@pytest.mark.parametrize("how", UNASKED)
async def test_a_person_who_skips_a_step_before_an_approval_opens_nothing_that_it_guards(how: str) -> None:
    """The owner may be the requester, who could make the step fail."""
    flow, ran = unasked(how)
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U1")
        await harness.decide("price", "skip", as_user="U1")
        steps = [await harness.step(run, name) for name in ("go", "buy", "ship")]
        assert [step.state for step in steps] == ["skipped"] * 3
        assert {step.reason for step in steps[1:]} == {"go was not asked: price was skipped"}
        assert (ran, (await harness.state(run)).run.state) == (["tell"], "succeeded")


@pytest.mark.parametrize("how", UNASKED)
async def test_a_failure_before_an_approval_opens_nothing_that_it_guards(how: str) -> None:
    flow, ran = unasked(how)

    @flow.step
    async def report(price: Settled[Price]) -> str:
        return "reported"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U1")
        steps = [await harness.step(run, name) for name in ("buy", "ship")]
        assert {(step.state, step.reason) for step in steps} == {
            ("skipped", "go was not asked: price failed")
        }
        assert ran == ["tell"]


async def test_an_approval_left_out_by_conditions_alone_lets_a_step_through_that_takes_a_skip() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def price() -> Price:
        return Price(amount=1)

    @flow.step(when=price.output.amount > 100)
    async def discount() -> int:
        return 1

    asked(flow, show=[("Discount", "discount")])

    @flow.step
    async def buy(go: Outcome | None) -> str:
        return "bought"

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U1")
        assert (await harness.step(run, "buy")).state == "succeeded"
