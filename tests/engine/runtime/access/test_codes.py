"""One-time codes: single-use, limited in tries, and never readable in the database."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from engine import Actor, Decision, NotPossible, Outcome, StaticPeople, Workflow
from engine.runtime.access.one_time_codes import MAX_TRIES
from engine.testing import Harness

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


async def secret_of(harness: Harness, user: str) -> str:
    address = await harness.engine.one_time_codes.enrol(user, user, OPERATOR)
    return parse_qs(urlsplit(address).query)["secret"][0]


def code(harness: Harness, secret: str, rows: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(harness.clock.now().timestamp()) + rows * 30)


async def test_a_right_code_approves_and_is_of_no_use_again() -> None:
    async with Harness(grave(), people=PEOPLE) as harness:
        secret = await secret_of(harness, "U1")
        first, second = await harness.start("flow"), await harness.start("flow")
        now = code(harness, secret)
        assert (await harness.try_decide("go", "approve", as_user="U1", run=first)).code == "code_required"
        result = await harness.decide("go", "approve", as_user="U1", one_time_code=now, run=first)
        assert result.code == "decided"
        assert await harness.output(first, "act") == "erased"
        again = await harness.try_decide("go", "approve", as_user="U1", one_time_code=now, run=second)
        assert (again.code, "was already used" in again.text) == ("code_required", True)
        # Nor the one before it.
        again = await harness.try_decide(
            "go", "approve", as_user="U1", one_time_code=code(harness, secret, -1), run=second
        )
        assert again.code == "code_required"
        await harness.advance(31)
        result = await harness.decide(
            "go", "approve", as_user="U1", one_time_code=code(harness, secret), run=second
        )
        assert result.code == "decided"


async def test_one_code_clicked_twice_at_once_approves_one_thing() -> None:
    async with Harness(grave(), people=PEOPLE) as harness:
        secret = await secret_of(harness, "U1")
        runs = [await harness.start("flow") for _ in range(5)]
        now = code(harness, secret)
        answers = await asyncio.gather(
            *(
                harness.engine.decide(
                    f"{run.id}.go", Decision("approve", one_time_code=now), actor=Actor("slack", "U1")
                )
                for run in runs
            )
        )
        assert sorted(answer.code for answer in answers) == ["code_required"] * 4 + ["decided"]


async def test_tries_are_limited_across_questions_and_restarts(tmp_path: Path) -> None:
    async with Harness(grave(), people=PEOPLE, folder=tmp_path) as harness:
        secret = await secret_of(harness, "U1")
        run, other = await harness.start("flow"), await harness.start("flow")
        texts = []
        for number in range(4):
            which = run if number % 2 else other
            result = await harness.try_decide(
                "go", "approve", as_user="U1", one_time_code="000000", run=which
            )
            texts.append(result.text)
        assert texts[0] == "This code is wrong. 4 tries left. Enter the current code."
        assert texts[-1] == "This code is wrong. 1 try left. Enter the current code."
        clock = harness.clock
    async with Harness(grave(), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        result = await harness.try_decide("go", "approve", as_user="U1", one_time_code="000000", run=run)
        assert result.text == "Too many wrong codes. Try again in 15 minutes."
        # A right one isn't taken either.
        result = await harness.try_decide(
            "go", "approve", as_user="U1", one_time_code=code(harness, secret), run=run
        )
        assert (result.code, "Too many wrong codes" in result.text) == ("code_required", True)
        await harness.advance("16m")
        result = await harness.decide(
            "go", "approve", as_user="U1", one_time_code=code(harness, secret), run=run
        )
        assert result.code == "decided"
        events = [one.type for one in await harness.engine.events.read(0)]
        assert events.count("code.refused") == 5


async def test_a_person_who_may_not_decide_uses_up_no_code() -> None:
    async with Harness(grave(), people=StaticPeople(groups={"ops": ["U1"], "others": ["U9"]})) as harness:
        secret = await secret_of(harness, "U9")
        await harness.start("flow")
        result = await harness.try_decide("go", "approve", as_user="U9", one_time_code=code(harness, secret))
        assert result.code == "not_allowed"
        assert await harness.engine.one_time_codes.use("U9", code(harness, secret), OPERATOR) == ""


async def test_a_rejection_needs_none_and_who_has_none_is_told_how_to_get_some() -> None:
    async with Harness(grave(), people=PEOPLE) as harness:
        await harness.start("flow")
        result = await harness.try_decide("go", "approve", as_user="U2", one_time_code="123456")
        assert (result.code, "signoff code enrol U2" in result.text) == ("code_required", True)
        assert (await harness.decide("go", "reject", as_user="U2", comment="no")).code == "decided"


async def test_secrets_are_encrypted_and_can_be_revoked(tmp_path: Path) -> None:
    async with Harness(grave(), people=PEOPLE, folder=tmp_path) as harness:
        secret = await secret_of(harness, "U1")
        with pytest.raises(NotPossible, match="already has one-time codes"):
            await harness.engine.one_time_codes.enrol("U1", "x", OPERATOR)
        assert [one.user_id for one in await harness.engine.one_time_codes.all()] == ["U1"]
    with sqlite3.connect(tmp_path / "signoff.db") as connection:
        told = "".join(map(str, connection.execute("SELECT * FROM installation").fetchall()))
        told += "".join(map(str, connection.execute("SELECT * FROM event").fetchall()))
    connection.close()
    assert "U1" in told
    assert secret not in told
    (tmp_path / "keys" / "secrets.key").unlink()
    async with Harness(grave(), people=PEOPLE, folder=tmp_path) as harness:
        with pytest.raises(NotPossible, match="The key of one-time codes and callbacks is missing"):
            await harness.engine.one_time_codes.use("U1", "123456", OPERATOR)
    (tmp_path / "keys" / "secrets.id").unlink()
    async with Harness(grave(), people=PEOPLE, folder=tmp_path) as harness:
        with pytest.raises(NotPossible, match="the key that encrypts them has changed"):
            await harness.engine.one_time_codes.use("U1", "123456", OPERATOR)
        await harness.engine.one_time_codes.revoke("U1", OPERATOR)
        with pytest.raises(NotPossible, match="has no one-time codes"):
            await harness.engine.one_time_codes.revoke("U1", OPERATOR)


async def test_none_is_approved_with_others_at_once() -> None:
    async with Harness(grave(), people=PEOPLE) as harness:
        await harness.start("flow")
        (request,) = await harness.requests()
        assert not request.together


async def test_wrong_codes_lock_for_twice_as_long_each_time_and_raise_an_alarm() -> None:
    async with Harness(grave(), people=PEOPLE) as harness:
        await harness.engine.one_time_codes.enrol("U1", "U1", OPERATOR)
        said = []
        for minutes in (15, 30, 60):
            for _ in range(MAX_TRIES):
                said.append(await harness.engine.one_time_codes.use("U1", "000000", OPERATOR))
            assert said[-1] == f"Too many wrong codes. Try again in {minutes} minutes."
            alarm = harness.engine.one_time_codes.alarms.get_nowait()
            assert (alarm.user_id, alarm.locked_for) == ("U1", timedelta(minutes=minutes))
            await harness.advance(f"{minutes}m")
        assert harness.engine.one_time_codes.alarms.empty()


@pytest.mark.parametrize("label", ["", "  ", "a\u202eb", "n" * 101])
async def test_a_label_that_no_app_shows_is_refused(label: str) -> None:
    async with Harness(grave(), people=PEOPLE) as harness:
        with pytest.raises(NotPossible, match="Use 1 to 100 visible characters"):
            await harness.engine.one_time_codes.enrol("U1", label, OPERATOR)
        assert await harness.engine.one_time_codes.all() == []
