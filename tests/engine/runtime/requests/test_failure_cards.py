"""The same failure in many runs is on one card, and each run keeps a request of its own."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from engine import Actor, AskOwner, Decision, Every, FailureCard, StaticPeople, Workflow
from engine.kernel.resilience.failure_likeness import likeness, normalized
from engine.model.records.request_parts import Failure
from engine.testing import Harness

ALICE = Actor("slack", "U01ALICE")
PEOPLE = StaticPeople(groups={"platform": ["U01ALICE"]})


class Gateway:
    """A dependency that is down, and how often it was called."""

    def __init__(self) -> None:
        self.problem = "no answer from 10.0.0.7:5432 (attempt {calls})"
        self.calls = 0

    def ask(self) -> str:
        self.calls += 1
        if self.problem:
            raise ConnectionError(self.problem.format(calls=self.calls))
        return "fine"


def sync(gateway: Gateway) -> Workflow:
    wf = Workflow(
        "sync",
        owner="@platform",
        channel="#deploys",
        on_failure=AskOwner(),
        triggers=[Every("5m", quiet=True)],
    )

    @wf.step
    async def fetch() -> str:
        return gateway.ask()

    @wf.step
    async def store(fetch: str) -> str:
        return fetch

    return wf


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def harness(gateway: Gateway) -> AsyncIterator[Harness]:
    async with Harness(sync(gateway), people=PEOPLE, keep=timedelta(days=1)) as harness:
        yield harness


async def card(harness: Harness) -> FailureCard:
    newest = (await harness.requests())[-1]
    found = await harness.engine.failure_cards.of(newest.id)
    assert found is not None
    return found


async def test_the_same_failure_in_many_runs_shares_one_card(harness: Harness) -> None:
    await harness.advance("20m")
    for _ in range(8):
        await harness.start("sync")
        await harness.advance(1)
    requests = await harness.requests()
    shared = await card(harness)
    assert len(requests) == 12
    assert (shared.runs, shared.open_count, shared.leader.id) == (12, 12, requests[0].id)
    assert [request.id for request in shared.open] == [request.id for request in requests[:1:-1]]
    assert shared.oldest_open == requests[0].id
    assert await harness.engine.failure_cards.open_for("sync", "fetch") == [requests[0].id]


async def test_another_failure_of_the_step_gets_a_card_of_its_own(harness: Harness, gateway: Gateway) -> None:
    await harness.advance("10m")
    gateway.problem = "the password has expired"
    await harness.advance("10m")
    cards = await harness.engine.failure_cards.open_for("sync", "fetch")
    assert len(cards) == 2
    assert (await card(harness)).runs == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("no answer within 31 s", "no answer within 4 s"),
        ("run 7f3c2a1 of build 12", "run 00aa19b of build 9"),
        (
            "id 4f1c0c3e-8a59-4b0e-9d51-0d4f6f3ad111 is gone",
            "id aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee is gone",
        ),
        ("two  spaces\nand lines", "two spaces and lines"),
    ],
)
def test_numbers_ids_and_spaces_do_not_make_another_failure(one: str, other: str) -> None:
    assert normalized(one) == normalized(other)


def test_the_kind_the_words_and_the_channel_make_another_failure() -> None:
    failure = Failure("OSError", "the disk is full")
    same = likeness(failure, None)
    assert likeness(Failure("OSError", "the disk is full", detail="other"), None) == same
    assert likeness(Failure("KeyError", "the disk is full"), None) != same
    assert likeness(Failure("OSError", "the disk is gone"), None) != same
    assert likeness(failure, "C01") != same


async def test_a_decision_for_all_is_recorded_for_each_run(harness: Harness, gateway: Gateway) -> None:
    await harness.advance("25m")
    shared = await card(harness)
    gateway.problem = ""
    results = await harness.engine.failure_cards.decide_all(shared.leader.id, Decision("retry"), actor=ALICE)
    await harness.run_until_idle()
    assert [result.code for result in results] == ["decided"] * 5
    assert {run.state for run in await harness.runs()} == {"succeeded"}
    for run in await harness.runs():
        (request,) = (await harness.state(run)).requests
        assert [(decision.actor, decision.choice) for decision in request.decisions] == [(ALICE, "retry")]
    assert (
        await harness.engine.failure_cards.decide_all(shared.leader.id, Decision("retry"), actor=ALICE) == []
    )


async def test_a_person_who_may_not_decide_decides_for_no_run(harness: Harness) -> None:
    await harness.advance("15m")
    shared = await card(harness)
    stranger = Actor("slack", "U03CAROL")
    results = await harness.engine.failure_cards.decide_all(
        shared.leader.id, Decision("abort"), actor=stranger
    )
    assert [result.code for result in results] == ["not_allowed"]
    assert (await card(harness)).open_count == 3


async def test_one_run_can_be_answered_alone_and_the_card_goes_on(harness: Harness) -> None:
    await harness.advance("15m")
    first = (await card(harness)).leader
    await harness.decide(first, "skip", as_user="U01ALICE")
    await harness.advance("5m")
    shared = await card(harness)
    assert (shared.leader.id, shared.runs, shared.open_count) == (first.id, 4, 3)
    assert shared.outcomes == {"skip": 1}


async def test_a_failure_after_every_answer_opens_a_new_card(harness: Harness) -> None:
    await harness.advance("10m")
    before = await card(harness)
    await harness.engine.failure_cards.decide_all(before.leader.id, Decision("abort"), actor=ALICE)
    await harness.advance("5m")
    after = await card(harness)
    assert after.leader.id != before.leader.id
    assert (after.runs, after.open_count) == (1, 1)


async def test_the_card_tells_which_later_run_passed_the_step(harness: Harness, gateway: Gateway) -> None:
    await harness.advance("10m")
    assert (await card(harness)).recovered_run == ""
    gateway.problem = ""
    await harness.advance("10m")
    newest, first, *_ = await harness.runs()
    shared = await card(harness)
    assert shared.recovered_run == first.id
    assert newest.state == first.state == "succeeded"
    gateway.problem = "no answer from 10.0.0.7:5432"
    await harness.advance("5m")
    assert shared.open_count == 2
    assert (await card(harness)).recovered_run == ""


async def test_a_run_whose_message_is_an_open_card_is_not_pruned(harness: Harness) -> None:
    await harness.advance("10m")
    shared = await card(harness)
    await harness.decide(shared.leader, "abort", as_user="U01ALICE")
    await harness.engine.set_schedule("sync", None, False, actor=ALICE)
    await harness.advance("2d")
    assert await harness.engine.request(shared.leader.id) is not None
    await harness.engine.failure_cards.decide_all(shared.leader.id, Decision("abort"), actor=ALICE)
    await harness.advance("3d")
    assert await harness.engine.request(shared.leader.id) is None


async def test_a_decision_for_all_leaves_failures_that_joined_the_card_after_it_was_read(
    harness: Harness,
) -> None:
    await harness.advance("15m")
    read = await card(harness)
    await harness.advance("10m")
    results = await harness.engine.failure_cards.decide_all(
        read.leader.id, Decision("abort"), actor=ALICE, last_place=read.newest_place
    )
    assert len(results) == read.open_count == 3
    assert len(await harness.requests()) == 2
