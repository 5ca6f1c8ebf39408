"""One-time codes: single-use, limited in tries, and never readable in the database."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from engine import Actor, Decision, NotPossible, Outcome, StaticPeople, Workflow
from engine.runtime.one_time_codes import MOST_TRIES
from engine.testing import Bench

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2", "U3"]})
OPERATOR = Actor("cli", "root")


def grave() -> Workflow:
    flow = Workflow("flow", owner="@ops")
    go = flow.approval(
        "go", ask="Erase it?", approvers=["@ops"], expires="1d", risk="high", one_time_code=True
    )

    @flow.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return "erased"

    return flow


async def secret_of(bench: Bench, user: str) -> str:
    address = await bench.engine.one_time_codes.enrol(user, user, OPERATOR)
    return parse_qs(urlsplit(address).query)["secret"][0]


def code(bench: Bench, secret: str, rows: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(bench.clock.now().timestamp()) + rows * 30)


async def test_a_right_code_approves_and_is_of_no_use_again() -> None:
    async with Bench(grave(), people=PEOPLE) as bench:
        secret = await secret_of(bench, "U1")
        first, second = await bench.start("flow"), await bench.start("flow")
        now = code(bench, secret)
        assert (await bench.answer("go", "approve", as_user="U1", run=first)).code == "code_required"
        answer = await bench.decide("go", "approve", as_user="U1", one_time_code=now, run=first)
        assert answer.code == "decided"
        assert await bench.output(first, "act") == "erased"
        again = await bench.answer("go", "approve", as_user="U1", one_time_code=now, run=second)
        assert (again.code, "was already used" in again.text) == ("code_required", True)
        # Nor the one before it.
        again = await bench.answer(
            "go", "approve", as_user="U1", one_time_code=code(bench, secret, -1), run=second
        )
        assert again.code == "code_required"
        await bench.advance(31)
        answer = await bench.decide(
            "go", "approve", as_user="U1", one_time_code=code(bench, secret), run=second
        )
        assert answer.code == "decided"


async def test_one_code_clicked_twice_at_once_approves_one_thing() -> None:
    async with Bench(grave(), people=PEOPLE) as bench:
        secret = await secret_of(bench, "U1")
        runs = [await bench.start("flow") for _ in range(5)]
        now = code(bench, secret)
        answers = await asyncio.gather(
            *(
                bench.engine.decide(
                    f"{run.id}.go", Decision("approve", one_time_code=now), actor=Actor("slack", "U1")
                )
                for run in runs
            )
        )
        assert sorted(answer.code for answer in answers) == ["code_required"] * 4 + ["decided"]


async def test_tries_are_limited_across_questions_and_restarts(tmp_path: Path) -> None:
    async with Bench(grave(), people=PEOPLE, folder=tmp_path) as bench:
        secret = await secret_of(bench, "U1")
        run, other = await bench.start("flow"), await bench.start("flow")
        texts = []
        for number in range(4):
            which = run if number % 2 else other
            answer = await bench.answer("go", "approve", as_user="U1", one_time_code="000000", run=which)
            texts.append(answer.text)
        assert texts[0] == "This code is wrong. 4 tries left. Enter the current code."
        assert texts[-1] == "This code is wrong. 1 try left. Enter the current code."
        clock = bench.clock
    async with Bench(grave(), people=PEOPLE, folder=tmp_path, clock=clock) as bench:
        answer = await bench.answer("go", "approve", as_user="U1", one_time_code="000000", run=run)
        assert answer.text == "Too many wrong codes. Try again in 15 minutes."
        # A right one isn't taken either.
        answer = await bench.answer("go", "approve", as_user="U1", one_time_code=code(bench, secret), run=run)
        assert (answer.code, "Too many wrong codes" in answer.text) == ("code_required", True)
        await bench.advance("16m")
        answer = await bench.decide("go", "approve", as_user="U1", one_time_code=code(bench, secret), run=run)
        assert answer.code == "decided"
        events = [one.type for one in await bench.engine.events.read(0)]
        assert events.count("code.refused") == 5


async def test_who_may_not_decide_uses_up_no_code() -> None:
    async with Bench(grave(), people=StaticPeople(groups={"ops": ["U1"], "others": ["U9"]})) as bench:
        secret = await secret_of(bench, "U9")
        await bench.start("flow")
        answer = await bench.answer("go", "approve", as_user="U9", one_time_code=code(bench, secret))
        assert answer.code == "not_allowed"
        assert await bench.engine.one_time_codes.use("U9", code(bench, secret), OPERATOR) == ""


async def test_a_rejection_needs_none_and_who_has_none_is_told_how_to_get_some() -> None:
    async with Bench(grave(), people=PEOPLE) as bench:
        await bench.start("flow")
        answer = await bench.answer("go", "approve", as_user="U2", one_time_code="123456")
        assert (answer.code, "signoff code enrol U2" in answer.text) == ("code_required", True)
        assert (await bench.decide("go", "reject", as_user="U2", comment="no")).code == "decided"


async def test_secrets_are_encrypted_and_can_be_revoked(tmp_path: Path) -> None:
    async with Bench(grave(), people=PEOPLE, folder=tmp_path) as bench:
        secret = await secret_of(bench, "U1")
        with pytest.raises(NotPossible, match="has codes already"):
            await bench.engine.one_time_codes.enrol("U1", "x", OPERATOR)
        assert [one.user_id for one in await bench.engine.one_time_codes.all()] == ["U1"]
    with sqlite3.connect(tmp_path / "signoff.db") as connection:
        told = "".join(map(str, connection.execute("SELECT * FROM installation").fetchall()))
        told += "".join(map(str, connection.execute("SELECT * FROM event").fetchall()))
    connection.close()
    assert "U1" in told
    assert secret not in told
    (tmp_path / "keys" / "secrets.key").unlink()
    async with Bench(grave(), people=PEOPLE, folder=tmp_path) as bench:
        with pytest.raises(NotPossible, match="the key that encrypts them has changed"):
            await bench.engine.one_time_codes.use("U1", "123456", OPERATOR)
        await bench.engine.one_time_codes.revoke("U1", OPERATOR)
        with pytest.raises(NotPossible, match="has no codes"):
            await bench.engine.one_time_codes.revoke("U1", OPERATOR)


async def test_none_is_approved_with_others_at_once() -> None:
    async with Bench(grave(), people=PEOPLE) as bench:
        await bench.start("flow")
        (request,) = await bench.requests()
        assert not request.together


async def test_wrong_codes_lock_for_twice_as_long_each_time_and_raise_an_alarm() -> None:
    async with Bench(grave(), people=PEOPLE) as bench:
        await bench.engine.one_time_codes.enrol("U1", "U1", OPERATOR)
        said = []
        for minutes in (15, 30, 60):
            for _ in range(MOST_TRIES):
                said.append(await bench.engine.one_time_codes.use("U1", "000000", OPERATOR))
            assert said[-1] == f"Too many wrong codes. Try again in {minutes} minutes."
            alarm = bench.engine.one_time_codes.alarms.get_nowait()
            assert (alarm.user_id, alarm.locked_for) == ("U1", timedelta(minutes=minutes))
            await bench.advance(f"{minutes}m")
        assert bench.engine.one_time_codes.alarms.empty()
