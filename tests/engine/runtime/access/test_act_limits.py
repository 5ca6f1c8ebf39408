"""One person floods nobody with questions, reassignments, absences and words."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine import (
    Actor,
    Decision,
    Engine,
    EngineSettings,
    FakeClock,
    NotPossible,
    Outcome,
    RequestRecord,
    StartLimits,
    StaticPeople,
    TextTooLong,
    Workflow,
)
from engine.errors import TooMany
from engine.runtime.access.act_limits import ACTS_PER_MINUTE, MAX_WORDS_LENGTH
from engine.runtime.requests.clarifications import MAX_CLARIFICATIONS
from engine.runtime.requests.reassignment import MAX_HANDOVERS
from tests.present import present

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"], "leads": ["U5"], "others": ["U3"]})
BOB, EVE, ANN, OWNER = (Actor("slack", f"U{number}") for number in (1, 2, 3, 5))
flow = Workflow("flow", owner="@leads")
go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="9d", revocable_for="1h")


@flow.step(when=go.approved)
async def act(go: Outcome) -> str:
    return go.outcome


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def engine(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Engine]:
    settings = EngineSettings(tmp_path, limits=StartLimits())
    opened = await Engine.open(tmp_path / "signoff.db", people=PEOPLE, clock=clock, settings=settings)
    opened.register(flow)
    await opened.serve()
    yield opened
    await opened.close(grace=0)


async def started(engine: Engine) -> RequestRecord:
    run = await engine.start("flow", actor=ANN)
    (request,) = [request for request in await engine.requests() if request.run_id == run.id]
    return request


async def ask_and_answer(engine: Engine, request: RequestRecord, asker: Actor) -> None:
    question = await engine.ask_requester(request.id, "Why?", actor=asker)
    assert (await engine.decide(question.id, Decision("answer", comment="So."), actor=ANN)).accepted


async def test_a_person_who_asks_too_many_questions_a_minute_is_told_when_to_try_again(
    engine: Engine, clock: FakeClock
) -> None:
    requests = [await started(engine) for _ in range(ACTS_PER_MINUTE + 1)]
    for request in requests[1:]:
        await ask_and_answer(engine, request, BOB)
    with pytest.raises(TooMany, match=r"You have made 20 questions within a minute.* Try again in 60 s"):
        await ask_and_answer(engine, requests[0], BOB)
    await ask_and_answer(engine, requests[0], EVE)
    clock.advance(timedelta(minutes=1))
    await ask_and_answer(engine, requests[0], BOB)


async def test_claims_of_one_person_are_limited_by_the_minute(engine: Engine, clock: FakeClock) -> None:
    request = await started(engine)
    for _ in range(ACTS_PER_MINUTE):
        await engine.claim(request.id, actor=BOB)
    with pytest.raises(TooMany, match=r"You have made 20 claims within a minute.* Try again in 60 s"):
        await engine.claim(request.id, actor=BOB)
    clock.advance(timedelta(minutes=1))
    await engine.claim(request.id, actor=BOB)


async def test_there_is_an_end_to_the_questions_about_one_request(engine: Engine) -> None:
    request = await started(engine)
    for number in range(MAX_CLARIFICATIONS):
        await ask_and_answer(engine, request, (BOB, EVE)[number % 2])
    with pytest.raises(NotPossible, match="20 questions were asked about this request"):
        await ask_and_answer(engine, request, BOB)


async def test_there_is_an_end_to_the_reassignments_of_one_request(engine: Engine) -> None:
    request = await started(engine)
    for number in range(MAX_HANDOVERS):
        await engine.reassign(request.id, f"U{1 + number % 2}", actor=OWNER)
    with pytest.raises(NotPossible, match="was reassigned 20 times"):
        await engine.reassign(request.id, "U1", actor=OWNER)
    with pytest.raises(TooMany, match="20 reassignments"):
        await engine.reassign((await started(engine)).id, "U1", actor=OWNER)


async def test_absences_and_revocations_of_one_person_are_limited(engine: Engine, clock: FakeClock) -> None:
    until = clock.now() + timedelta(days=1)
    for _ in range(ACTS_PER_MINUTE):
        await engine.delegations.away(EVE, "U1", until)
    with pytest.raises(TooMany, match="20 changes of an absence"):
        await engine.delegations.away(EVE, "U1", until)
    assert await engine.delegations.back(EVE), "a person can always return"
    request = await started(engine)
    await engine.decide(request.id, Decision("approve"), actor=BOB)
    assert (await engine.decide(request.id, Decision("revoke"), actor=BOB)).accepted
    for _ in range(ACTS_PER_MINUTE - 1):
        await engine.decide(request.id, Decision("revoke"), actor=BOB)
    print(await engine.decide(request.id, Decision("approve"), actor=BOB))
    refused = await engine.decide(request.id, Decision("revoke"), actor=BOB)
    assert (refused.code, "20 revocations" in refused.text) == ("not_allowed", True)


@pytest.mark.parametrize(
    "long",
    ["x" * (MAX_WORDS_LENGTH + 1), "\U0001f525" * (MAX_WORDS_LENGTH // 2) + "x"],
    ids=["ascii", "emoji"],
)
async def test_words_that_nobody_reads_to_the_end_are_refused(engine: Engine, long: str) -> None:
    request = await started(engine)
    refused = await engine.decide(request.id, Decision("reject", comment=long), actor=BOB)
    assert refused.text.startswith("Your comment has 3,001 characters. Write at most 3,000")
    with pytest.raises(NotPossible, match="The question has 3,001 characters"):
        await engine.ask_requester(request.id, long, actor=BOB)


async def test_a_reason_is_kept_whole_or_refused_with_its_length(engine: Engine) -> None:
    run_id, control = (await started(engine)).run_id, engine.control
    long, whole = "\U0001f525" * 500 + "x", "\U0001f525" * 500
    for refused in (
        engine.cancel(run_id, actor=OWNER, reason=long),
        control.pause_run(run_id, long, actor=OWNER),
        control.skip(run_id, "act", long, actor=OWNER),
        control.prioritize(run_id, 5, long, actor=OWNER),
        control.rerun(run_id, {}, actor=OWNER, reason=long),
        control.pause_workflow("flow", long, actor=OWNER),
        control.resume_workflow("flow", long, actor=OWNER),
    ):
        with pytest.raises(TextTooLong, match=r"^The reason has 1,001 characters. Write at most 1,000, "):
            await refused
    assert present(await engine.detail(run_id)).run.state == "waiting"
    await engine.cancel(run_id, actor=OWNER, reason=whole)
    assert present(await engine.detail(run_id)).run.reason == whole
    with pytest.raises(TextTooLong, match="The reason has 1,001 characters"):
        await control.fork(run_id, "act", actor=OWNER, reason=long)
