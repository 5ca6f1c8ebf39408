"""Rights to see a run: a hidden run gets the same answer as a run that does not exist."""

from collections.abc import Awaitable
from datetime import timedelta
from itertools import product

import pytest

from engine import (
    Actor,
    Alerts,
    Decision,
    Fatal,
    NotAllowed,
    NotPossible,
    PeopleUnavailable,
    Person,
    Resource,
    RunFilter,
    RunRecord,
    StaticPeople,
    UnknownRun,
    UnknownWorkflow,
    Workflow,
    place_in_list,
)
from engine.model.people import Group
from engine.testing import Harness

GROUPS = {
    "dev": ["U1"], "owners": ["U2"], "#deploys": ["U3"], "#private": ["U4"], "auditors": ["U5"],
    "security": ["U6"], "strangers": ["U7", "U8"],
}  # fmt: skip
EVERYBODY = [f"U{number}" for number in range(1, 10)]
REQUESTER, OPERATOR = "U8", "U9"
CONCEALED: dict[str, object] = {"may_see": ["@auditors"], "may_run": ["@strangers"]}


def flow(**options: object) -> Workflow:
    made = Workflow("flow", owner="@owners", channel="#deploys", **options)  # type: ignore[arg-type]
    made.approval("go", ask="Go?", approvers=["@dev"], veto=["@security"], expires="1d", advisory=True)
    return made


def harness(**options: object) -> Harness:
    made = Harness(flow(**options), people=StaticPeople(groups={**GROUPS, "all": EVERYBODY}), conceals=True)
    made._settings = type(made._settings)(  # the operator is a setting of the bot
        **{name: getattr(made._settings, name) for name in made._settings.__slots__} | {"operator": OPERATOR}
    )
    return made


async def started(here: Harness, channel: str | None = None) -> RunRecord:
    run = await here.engine.start("flow", actor=Actor("slack", REQUESTER), channel=channel)
    await here.run_until_idle()
    return run


async def seers(here: Harness, run: RunRecord) -> set[str]:
    return {who for who in EVERYBODY if await here.engine.seen_by(Actor("slack", who)).sees(run)}


@pytest.mark.parametrize(
    ("options", "channel", "further"),
    [
        ({}, None, {"U3"}),
        (
            {},
            "#private",
            {"U4"},
        ),  # its approval is asked in the workflow's channel, whose members don't see it
        (CONCEALED, None, {"U5"}),
        (CONCEALED, "#private", {"U5"}),
    ],
)
async def test_participants_owner_operator_and_the_audience_see_a_run_and_nobody_else(
    options: dict[str, object], channel: str | None, further: set[str]
) -> None:
    async with harness(**options) as here:
        run = await started(here, channel)
        assert await seers(here, run) == {"U1", "U2", "U6", REQUESTER, OPERATOR} | further


async def test_a_delegate_sees_what_they_decide() -> None:
    async with harness() as here:
        until = here.clock.now() + timedelta(days=2)
        await here.engine.delegations.away(Actor("slack", "U1"), "U7", until)
        run = await started(here)
        assert "U7" in await seers(here, run)


async def test_a_token_sees_what_was_asked_with_it_and_the_command_line_sees_all() -> None:
    async with harness() as here:
        run = await started(here)
        for actor, sees in ((Actor("cli", "ops"), True), (Actor("api", "ci", REQUESTER), False)):
            assert await here.engine.seen_by(actor).sees(run) is sees


async def test_a_hidden_run_is_answered_as_one_that_does_not_exist() -> None:
    async with harness() as here:
        run = await started(here)
        (request,) = await here.requests()
        missing = run.id[:-1] + ("x" if run.id[-1] != "x" else "y")
        stranger = Actor("slack", "U7")
        view = here.engine.seen_by(stranger)
        assert await view.request(request.id) is None
        assert await view.runs(10) == ([], False)

        async def said(run_id: str) -> list[str]:
            found = []
            for act in (
                view.find_run(run_id),
                view.find_run(run_id[-4:]),
                view.detail(run_id),
                here.engine.cancel(run_id, actor=stranger),
                here.engine.reassign(f"{run_id}.go", "U7", actor=stranger),
                here.engine.ask_requester(f"{run_id}.go", "Why?", actor=stranger),
            ):
                with pytest.raises((UnknownRun, NotPossible)) as refused:
                    await act
                found.append(str(refused.value).replace(run_id, "ID").replace(run_id[-4:], "TAIL"))
            for choice, how in product(("approve", "reject", "nonsense"), ("one", "together")):
                if how == "together":
                    (result,) = await here.engine.approve_together({f"{run_id}.go": ""}, actor=stranger)
                else:
                    result = await here.engine.decide(f"{run_id}.go", Decision(choice), actor=stranger)
                assert result.request is None
                found.append(f"{result.code} {result.text}".replace(run_id, "ID"))
            return found

        assert await said(run.id) == await said(missing)


async def refusals(here: Harness, request_id: str, who: str) -> set[str]:
    """Return the answers that this person gets to each act on a request."""
    actor, answers = Actor("slack", who), set()
    for choice in ("approve", "reject"):
        result = await here.engine.decide(request_id, Decision(choice), actor=actor)
        assert result.request is None
        answers.add(result.text)
    for act in (
        here.engine.seen_by(actor).request(request_id),
        here.engine.reassign(request_id, "U3", actor=actor),
        here.engine.ask_requester(request_id, "Why?", actor=actor),
    ):
        with pytest.raises(NotAllowed) as refused:
            await act
        answers.add(str(refused.value))
    return answers


@pytest.mark.parametrize(
    ("asked_in", "channel", "reader"),
    [(None, "#private", "U3"), ("#general", None, "U7")],
    ids=["the workflow's channel", "the approval's channel"],
)
async def test_a_reader_of_an_approval_hears_who_decides_and_sees_nothing_of_its_run(
    asked_in: str | None, channel: str | None, reader: str
) -> None:
    made = Workflow("flow", owner="@owners", channel="#deploys")
    made.approval("go", ask="Go?", approvers=["@dev"], channel=asked_in, expires="1d", advisory=True)
    people = StaticPeople(groups={**GROUPS, "#general": ["U7"], "all": EVERYBODY})
    async with Harness(made, people=people, conceals=True) as here:
        run = await started(here, channel)
        assert not await here.engine.seen_by(Actor("slack", reader)).sees(run)
        assert await refusals(here, f"{run.id}.go", reader) == {
            "Only @dev can decide this request, and you are not one of them. Ask one of them to decide.",
            "You can read this message, but you may not see its run. Only @dev can decide this request. "
            "Ask one of them to decide.",
        }
        assert await here.engine.seen_by(Actor("slack", "U5")).request(f"{run.id}.go") is None


async def test_a_reader_of_a_failure_in_any_channel_of_its_alert_hears_who_decides() -> None:
    made = Workflow("flow", owner="@owners", channel="#deploys", alerts=Alerts(to=["#general", "#private"]))

    @made.step
    def fail() -> None:
        raise Fatal("It failed.")

    people = StaticPeople(groups={**GROUPS, "#general": ["U7"], "all": EVERYBODY})
    async with Harness(made, people=people, conceals=True) as here:
        await started(here)
        (request,) = await here.requests()
        for reader in ("U7", "U4"):
            result = await here.engine.decide(request.id, Decision("retry"), actor=Actor("slack", reader))
            assert result.text.startswith("Only @owners can decide this request")
        stranger = await here.engine.decide(request.id, Decision("retry"), actor=Actor("slack", "U5"))
        assert stranger.code == "unknown"


async def test_a_reader_of_an_answered_request_is_named_nobody_to_ask() -> None:
    async with harness() as here:
        run = await started(here, "#private")
        await here.decide("go", "approve", as_user="U1", run=run)
        late = await here.engine.decide(f"{run.id}.go", Decision("approve"), actor=Actor("slack", "U3"))
        assert late.text == "This request is already approved. Your answer was not recorded."
        with pytest.raises(NotAllowed, match=r"^You can read this message, but you may not see its run\.$"):
            await here.engine.seen_by(Actor("slack", "U3")).request(f"{run.id}.go")


async def test_ids_that_fit_name_only_runs_that_one_may_see() -> None:
    async with harness() as here:
        own = await started(here)
        other = await here.engine.start("flow", actor=Actor("slack", "U7"))
        found = await here.engine.seen_by(Actor("slack", "U7")).find_run(other.id)
        runs, more = await here.engine.seen_by(Actor("slack", "U7")).runs(10)
        assert ([run.id for run in runs], more) == ([found.id], False)
        assert own.id not in {run.id for run in runs}


async def test_a_list_goes_on_past_runs_that_the_viewer_may_not_see() -> None:
    async with harness() as here:
        mine = [await here.engine.start("flow", actor=Actor("slack", "U7")) for _ in range(3)]
        await here.advance("1m")
        hidden = [await here.engine.start("flow", actor=Actor("slack", REQUESTER)) for _ in range(101)]
        view = here.engine.seen_by(Actor("slack", "U7"))
        first = await view.find(RunFilter(), 2, searched=100)
        assert first.runs == ()
        assert first.next is not None
        assert not any(run.id in str(first.next) for run in hidden)
        second = await view.find(RunFilter(), 2, place_in_list(str(first.next)))
        third = await view.find(RunFilter(), 2, second.next)
        found = [run.id for run in (*second.runs, *third.runs)]
        assert sorted(found) == sorted(run.id for run in mine)
        assert third.next is None


@pytest.mark.parametrize(
    "text", ["", "flow-8f3k", "2026-01-05T09:00:00+00:00", "2026-01-05/x", "x/flow-8f3k"]
)
def test_only_a_moment_and_an_id_are_a_place_in_a_list(text: str) -> None:
    assert place_in_list(text) is None


async def test_every_full_member_sees_the_runs_of_a_public_channel_and_guests_do_not() -> None:
    people = StaticPeople(
        [Person("U7", "", outside=True), Person("U8", ""), Person("U5", "", active=False)],
        groups={**GROUPS, "all": EVERYBODY},
        public=["#deploys"],
    )
    for options, seen in (({}, {"U3", "U4"}), (CONCEALED, {"U5"})):
        made = harness(**options)
        made._people = people
        async with made as here:
            run = await started(here)
            assert await seers(here, run) == {"U1", "U2", "U6", REQUESTER, OPERATOR} | seen


class Away(StaticPeople):
    """A source that tells of people, and of no channel while it is away."""

    gone = False

    async def resolve(self, ref: str) -> Person | Group:
        if self.gone and ref.startswith("#"):
            raise PeopleUnavailable("Slack did not answer.")
        return await super().resolve(ref)


async def test_while_nobody_can_tell_who_may_see_a_request_nothing_is_told_of_it() -> None:
    source = Away(groups={**GROUPS, "all": EVERYBODY})
    async with Harness(flow(), people=source, conceals=True) as here:
        run = await started(here)
        source.gone = True
        result = await here.engine.decide(f"{run.id}.go", Decision("approve"), actor=Actor("slack", "U7"))
        assert (result.code, result.request) == ("unavailable", None)
        assert result.text.startswith("Signoff could not check who may decide, so your answer was not")
        own = await here.engine.decide(f"{run.id}.go", Decision("reject"), actor=Actor("slack", "U1"))
        assert (own.code, own.text) == ("comment_required", "Give a reason. A comment is required to reject.")


@pytest.mark.parametrize("name", ["flow", "flwo"])
async def test_who_may_not_see_a_workflow_starts_and_switches_none_of_it(name: str) -> None:
    async with harness(may_see=["@auditors"]) as here:
        stranger = Actor("slack", "U7")
        for act in (here.engine.start(name, actor=stranger), switch(here, name, stranger)):
            with pytest.raises(UnknownWorkflow) as refused:
                await act
            assert str(refused.value) == f"There is no workflow called {name}. No workflow is loaded."
        assert await here.runs() == []
        for who in ("U5", "U2", OPERATOR):
            await here.engine.start("flow", actor=Actor("slack", who))


def switch(here: Harness, name: str, actor: Actor) -> Awaitable[object]:
    return here.engine.set_schedule(name, None, True, actor=actor)


async def test_resources_of_a_workflow_that_the_viewer_may_not_see_are_left_out() -> None:
    secret = flow(may_see=["@auditors"], resources=[Resource("vault", at_once=1)])
    other = Workflow("open", owner="@owners", resources=[Resource("bank", at_once=1)])

    @secret.step(uses=["vault", "bank"])
    def turn() -> None:
        pass

    @other.step(uses=["bank"])
    def pay() -> None:
        pass

    people = StaticPeople(groups={**GROUPS, "all": EVERYBODY})
    async with Harness(secret, other, people=people, conceals=True) as here:
        every = await here.engine.resources()
        for who, seen in (("U7", ["bank"]), ("U5", ["bank", "vault"])):
            view = here.engine.seen_by(Actor("slack", who))
            assert [each.name for each in await view.resources(every)] == seen
