"""Events for other systems: in order, none left out, with one id each; redacted, signed and filtered."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from bot.cli.event_targets import event_targets, forget_event_target, skip_event
from bot.errors import ConfigError
from bot.events_out.envelope import MAX_DETAILS_BYTES, Envelope, event_schema
from bot.events_out.places import Address, Outgoing
from bot.events_out.service import EventsOut
from bot.events_out.specs import PREFIX
from bot.settings.config import read_settings
from engine import Engine, NotPossible, StoreBusy, UnknownRun
from signoff import Fatal, Workflow
from signoff.testing import Harness
from tests.bot.events_out.local_receiver import SECRET, LocalReceiver, local_receiver

PRIVATE = "an-input-that-stays-here"
SCHEMA = Path(__file__).resolve().parents[3] / "docs/reference/event.schema.json"


class Order(BaseModel):
    customer: str = PRIVATE


def bill() -> Workflow:
    flow = Workflow("bill", owner="@platform", channel="#deploys", input=Order)

    @flow.step
    async def charge(input: Order) -> str:
        return input.customer

    return flow


def fail() -> Workflow:
    flow = Workflow("fail", owner="@platform", channel="#deploys", on_failure="fail")

    @flow.step
    async def call() -> str:
        raise Fatal("refused: Authorization: Bearer abcdef0123456789abcdef")

    return flow


def settings_of(folder: Path, *targets: dict[str, Any], **more: Any) -> Any:
    file = folder / "events.yaml"
    file.write_text(yaml.safe_dump({"targets": list(targets), **more}))
    return read_settings(
        {"SIGNOFF_EVENTS_TO": str(file), "SIGNOFF_DATA_DIR": str(folder), "RECEIVER_SECRET": SECRET}
    )


def address(receiver: LocalReceiver, *events: str, **more: Any) -> dict[str, Any]:
    common = {"secret": "RECEIVER_SECRET", "private": True}
    return {"name": "receiver", "to": receiver.url, "events": list(events), **common, **more}


def ledger(folder: Path, *events: str, **more: Any) -> dict[str, Any]:
    return {"name": "ledger", "to": str(folder / "ledger.jsonl"), "events": list(events), **more}


@pytest.fixture
async def receiver() -> AsyncIterator[LocalReceiver]:
    async with local_receiver() as receiver:
        yield receiver


@pytest.fixture
async def harness() -> AsyncIterator[Harness]:
    async with Harness(bill(), fail()) as harness:
        yield harness


@asynccontextmanager
async def sending(harness: Harness, settings: Any) -> AsyncIterator[EventsOut]:
    """Send, as `signoff serve` does, until the block ends."""
    out = EventsOut(harness.engine, settings, harness.clock)
    try:
        await out.start()
        yield out
    finally:
        await out.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)


async def passing(harness: Harness, holds: Callable[[], bool]) -> None:
    """Return when it holds. Meanwhile the virtual time passes, in which the real receiver answers."""
    async with asyncio.timeout(10):
        while not holds():
            await harness.advance("1m")
            await asyncio.sleep(0.005)


async def sent(harness: Harness, *names: str) -> None:
    """Return when these targets have the whole log."""
    await harness.run_until_idle()
    newest = await harness.engine.events.newest()
    async with asyncio.timeout(10):
        while True:
            places = await harness.engine.deliveries.consumers(PREFIX)
            if all(places[PREFIX + name][0] >= newest for name in names):
                return
            await asyncio.sleep(0.005)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text("utf-8").splitlines()]


async def test_targets_get_the_events_that_they_want_in_order(
    harness: Harness, receiver: LocalReceiver, tmp_path: Path
) -> None:
    settings = settings_of(
        tmp_path, address(receiver, "run.succeeded", "step"), ledger(tmp_path, "run"), source="/signoff/test"
    )
    await harness.start("bill")
    async with sending(harness, settings):
        run = await harness.start("bill")
        await sent(harness, "receiver", "ledger")
    assert receiver.types() == ["step.started", "step.succeeded", "run.succeeded"]
    assert [line["data"]["event"] for line in lines(tmp_path)] == [
        "run.created", "run.started", "run.succeeded"
    ]  # fmt: skip
    assert {line["subject"] for line in (*lines(tmp_path), *receiver.taken)} == {run.id}
    assert {line["source"] for line in receiver.taken} == {"/signoff/test"}
    numbers = [line["sequence"] for line in lines(tmp_path)]
    assert numbers == sorted(set(numbers))
    for line in (*lines(tmp_path), *receiver.taken):
        Envelope.model_validate_json(json.dumps(line), strict=True)
    assert (tmp_path / "ledger.jsonl").stat().st_mode & 0o777 == 0o600


async def test_a_workflow_filter_leaves_out_other_workflows(harness: Harness, tmp_path: Path) -> None:
    async with sending(harness, settings_of(tmp_path, ledger(tmp_path, "run", workflows=["fail"]))):
        await harness.start("bill")
        await harness.start("fail")
        await sent(harness, "ledger")
    assert {line["data"]["workflow"] for line in lines(tmp_path)} == {"fail"}


async def test_a_mistyped_workflow_is_told_at_start(
    harness: Harness, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with sending(harness, settings_of(tmp_path, ledger(tmp_path, "run", workflows=["bil", "fail"]))):
        told = [each for each in caplog.messages if "The event target" in each]
        assert told == [
            "The event target ledger names the workflow 'bil', which is not loaded, so it gets none of its "
            "events. Did you mean bill?"
        ]


async def test_a_target_that_is_away_gets_everything_in_order_when_it_is_back(
    harness: Harness, receiver: LocalReceiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status, receiver.answer_headers = 503, {"Retry-After": "120"}
    settings = settings_of(tmp_path, address(receiver, "run"), ledger(tmp_path, "run"))
    async with sending(harness, settings) as out:
        await harness.start("bill")
        await receiver.called.wait()
        await sent(harness, "ledger")
        await until(lambda: bool(out.problem))
        assert out.problem == (
            "The event target receiver answered with the status 503. "
            "Its events follow in order when it works again"
        )
        await harness.start("bill")
        [listed] = [
            each
            for each in (await event_targets(harness.engine, {}, "ops"))["targets"]
            if each["name"] == "receiver"
        ]
        assert listed["behind"] > 0
        assert listed["waiting_since"] == "2026-01-05T09:00:00+00:00"
        calls, receiver.status = receiver.calls, 204
        await harness.advance("119s")
        assert receiver.calls == calls
        await harness.advance("2s")
        await sent(harness, "receiver")
        assert out.problem == ""
    assert [event["id"] for event in receiver.taken] == [line["id"] for line in lines(tmp_path)]
    assert len(receiver.taken) == 6
    assert caplog.text.count("The event target receiver") == 1
    assert receiver.url not in caplog.text
    assert SECRET not in caplog.text


async def test_an_event_that_a_target_always_refuses_is_named_and_can_be_skipped(
    harness: Harness, receiver: LocalReceiver, tmp_path: Path
) -> None:
    engine = harness.engine
    async with sending(harness, settings_of(tmp_path, address(receiver, "run.succeeded"))) as out:
        receiver.status = 400
        await harness.start("bill")
        await harness.start("bill")
        await harness.run_until_idle()
        first, second = [each.seq for each in await engine.events.read(0) if each.type == "run.succeeded"]
        await until(lambda: "status 400" in out.problem)
        assert "skip" not in out.problem
        await passing(harness, lambda: f"signoff events skip receiver {first}" in out.problem)
        wrong = {"name": "receiver", "reason": "x"}
        for values, told in (
            ({**wrong, "cursor": str(first), "reason": " "}, "Give the reason"),
            ({**wrong, "cursor": "0"}, "is past the event 0"),
            ({**wrong, "cursor": "1000000"}, "The log has no event 1000000 yet"),
            ({**wrong, "cursor": str(first), "name": "other"}, "No event target called other"),
            ({**wrong, "cursor": "-1"}, "-1 is not the position of an event"),
        ):
            with pytest.raises(NotPossible, match=told):
                await skip_event(engine, values, "ops")
        await skip_event(engine, {"name": "receiver", "cursor": str(first), "reason": "too long"}, "ops")
        receiver.status = 204
        await passing(harness, lambda: bool(receiver.taken))
        await sent(harness, "receiver")
        assert out.problem == ""
        (noted,) = [each for each in await engine.events.read(0, 500) if each.type == "target.skipped"]
        assert noted.data == {"target": "receiver", "event": first, "reason": "too long"}
        assert str(noted.actor) == "cli:ops"
    assert [int(each["sequence"]) for each in receiver.taken] == [second]


async def test_an_event_skipped_for_a_file_is_left_out_of_it_and_the_others_are_not(
    harness: Harness, tmp_path: Path
) -> None:
    (tmp_path / "ledger.jsonl").mkdir()
    async with sending(harness, settings_of(tmp_path, ledger(tmp_path, "run.succeeded"))) as out:
        for _ in range(3):
            await harness.start("bill")
        await harness.run_until_idle()
        ends = [each.seq for each in await harness.engine.events.read(0) if each.type == "run.succeeded"]
        await until(lambda: "cannot be written" in out.problem)
        values = {"name": "ledger", "cursor": str(ends[1]), "reason": "a test order"}
        await skip_event(harness.engine, values, "ops")
        (tmp_path / "ledger.jsonl").rmdir()
        await passing(harness, lambda: not out.problem)
        await sent(harness, "ledger")
    assert [int(line["sequence"]) for line in lines(tmp_path)] == [ends[0], ends[2]]


async def test_a_restart_goes_on_where_the_target_stopped(
    harness: Harness, receiver: LocalReceiver, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, address(receiver, "run"), ledger(tmp_path, "run"))
    async with sending(harness, settings):
        await harness.start("bill")
        await sent(harness, "receiver", "ledger")
    await harness.start("bill")
    await harness.run_until_idle()
    harness.engine.deliveries.places.clear()
    async with sending(harness, settings):
        await sent(harness, "receiver", "ledger")
    assert receiver.types() == ["run.created", "run.started", "run.succeeded"] * 2
    assert [line["id"] for line in lines(tmp_path)] == [event["id"] for event in receiver.taken]


async def test_a_file_keeps_whole_lines_and_gets_none_twice(harness: Harness, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, ledger(tmp_path, "run"))
    async with sending(harness, settings):
        await sent(harness, "ledger")
        place = await harness.engine.deliveries.cursor(PREFIX + "ledger")
        await harness.start("bill")
        await sent(harness, "ledger")
    before = lines(tmp_path)
    # As after a crash between the lines and the place: the lines are there, the last one half.
    await harness.engine.deliveries.forget(PREFIX + "ledger")
    await harness.engine.deliveries.advance(PREFIX + "ledger", place, [])
    file = tmp_path / "ledger.jsonl"
    os.truncate(file, file.stat().st_size - 10)
    async with sending(harness, settings):
        await harness.start("bill")
        await sent(harness, "ledger")
    after = lines(tmp_path)
    assert after[:3] == before
    assert len({line["id"] for line in after}) == len(after) == 6


@pytest.mark.parametrize("kind", ["folder", "fifo", "link"])
async def test_what_is_not_a_regular_file_is_told_and_not_written(
    harness: Harness, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "ledger.jsonl"
    if kind == "folder":
        file.mkdir()
    elif kind == "fifo":
        os.mkfifo(file)
    else:
        file.symlink_to(tmp_path / "elsewhere")
    async with sending(harness, settings_of(tmp_path, ledger(tmp_path, "run"))) as out:
        await harness.start("bill")
        await until(lambda: bool(out.problem))
        assert out.problem.startswith("The event target ledger cannot be written: ")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"PASSWORD=kept",
        b"one\ntwo",
        b"one\n",
        b'{"specversion":"1.0","type":"of another program"}\n',
        b"SQLite format 3\0" + b"x" * 9_000_000,
        b'{"specversion":"1.0","id":"1"}\nhalf of another',
    ],
    ids=["one line", "two lines", "a whole line", "other events", "a large file", "half a line"],
)
async def test_a_file_of_another_program_is_told_and_stays_as_it_is(
    harness: Harness, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(content)
    async with sending(harness, settings_of(tmp_path, ledger(tmp_path, "run"))) as out:
        await harness.start("bill")
        await until(lambda: bool(out.problem))
        assert out.problem.startswith("The event target ledger cannot be written: its last line is ")
        assert "Name another file" in out.problem
    assert file.read_bytes() == content


@pytest.mark.parametrize("cut", [1, 5, 26, 40])
async def test_a_crash_at_any_byte_of_the_first_line_is_repaired(
    harness: Harness, tmp_path: Path, cut: int
) -> None:
    settings, file = settings_of(tmp_path, ledger(tmp_path, "run")), tmp_path / "ledger.jsonl"
    async with sending(harness, settings):
        await sent(harness, "ledger")
        place = await harness.engine.deliveries.cursor(PREFIX + "ledger")
        await harness.start("bill")
        await sent(harness, "ledger")
    whole = file.read_bytes()
    await harness.engine.deliveries.forget(PREFIX + "ledger")
    await harness.engine.deliveries.advance(PREFIX + "ledger", place, [])
    os.truncate(file, cut)
    async with sending(harness, settings):
        await sent(harness, "ledger")
    assert file.read_bytes() == whole


class _Interrupted:
    """The engine, whose log cannot be read at the first wait for an event."""

    def __init__(self, engine: Engine) -> None:
        self.deliveries, self.events, self._log = engine.deliveries, self, engine.events
        self.skipped_events = engine.skipped_events
        self.waits = 0

    def workflows(self) -> Any:
        return ()

    async def read(self, cursor: int, most: int) -> Any:
        return await self._log.read(cursor, most)

    async def newest(self) -> int:
        return await self._log.newest()

    async def wait(self, cursor: int) -> None:
        self.waits += 1
        if self.waits == 1:
            raise StoreBusy("The database is busy.")
        await self._log.wait(cursor)


async def test_a_problem_of_the_database_is_over_when_it_can_be_read_again(
    harness: Harness, tmp_path: Path
) -> None:
    settings, engine = settings_of(tmp_path, ledger(tmp_path, "run")), _Interrupted(harness.engine)
    out = EventsOut(engine, settings, harness.clock)  # type: ignore[arg-type]
    await out.start()
    await until(lambda: bool(out.problem))
    assert "StoreBusy" in out.problem
    await harness.advance("5s")
    await until(lambda: engine.waits == 2)
    assert out.problem == ""
    await out.close()


async def test_inputs_and_credentials_stay_here(
    harness: Harness, receiver: LocalReceiver, tmp_path: Path
) -> None:
    settings = settings_of(
        tmp_path,
        address(receiver, "run", "step"),
        ledger(tmp_path, "run", "step", input=True),
    )
    async with sending(harness, settings):
        await harness.start("bill")
        await harness.start("bill", {"customer": f"has {SECRET} in it"})
        await harness.start("fail")
        await sent(harness, "receiver", "ledger")
    assert PRIVATE not in json.dumps(receiver.taken)
    with_input = (tmp_path / "ledger.jsonl").read_text()
    assert PRIVATE in with_input
    for text in (json.dumps(receiver.taken), with_input):
        assert "Bearer abcdef0123456789abcdef" not in text
    assert "[hidden]" in with_input
    assert all("log" not in event["data"]["details"] for event in receiver.taken)


async def test_known_secrets_are_hidden_in_an_input_that_is_sent(
    harness: Harness, receiver: LocalReceiver, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, address(receiver, "run", input=True))
    settings.vault.find("RECEIVER_SECRET")
    async with sending(harness, settings):
        await harness.start("bill", {"customer": f"has {SECRET} in it"})
        await sent(harness, "receiver")
    assert SECRET not in json.dumps(receiver.taken)


OLD_FORM = {
    "run.created": {"who": {"name": "{details.input.customer}"}, "by": "for {details.input.customer}", "v": 1}
}


async def test_a_target_reads_the_details_in_the_form_that_it_still_expects(
    harness: Harness, tmp_path: Path
) -> None:
    target = ledger(tmp_path, "run", input=True, details=OLD_FORM)
    async with sending(harness, settings_of(tmp_path, target)):
        await harness.start("bill", {"customer": "Ada"})
        await harness.start("bill", {"customer": "Authorization: Bearer abcdef0123456789abcdef"})
        await sent(harness, "ledger")
    first, second = [each["data"] for each in lines(tmp_path) if each["data"]["event"] == "run.created"]
    assert first["details"] == {"who": {"name": "Ada"}, "by": "for Ada", "v": 1}
    assert "abcdef0123456789abcdef" not in json.dumps(second)
    (done, _) = [each["data"] for each in lines(tmp_path) if each["data"]["event"] == "run.succeeded"]
    assert "v" not in done["details"]
    assert all(Envelope.model_validate(line) for line in lines(tmp_path))


async def test_an_event_without_what_a_mapping_names_is_not_sent_and_named(
    harness: Harness, tmp_path: Path
) -> None:
    old = {"run.created": {"cents": "{details.input.cents}", "note": "{details.input.note?}"}}
    target = ledger(tmp_path, "run", input=True, details=old)
    async with sending(harness, settings_of(tmp_path, target)) as out:
        await harness.start("fail")
        run = await harness.start("bill", {"customer": "Ada"})
        await harness.run_until_idle()
        events = [each for each in await harness.engine.events.read(0) if each.type.startswith("run.")]
        created = next(each.seq for each in events if each.type == "run.created")
        await until(lambda: f"signoff events skip ledger {created}" in out.problem)
        assert (
            f"The event target ledger cannot get the event {created}, because its mapping of run.created "
            "fails at the field cents: " in out.problem
        )
        assert "Ada" not in out.problem
        assert not (tmp_path / "ledger.jsonl").exists()
        for each in events:
            if each.type == "run.created":
                values = {"name": "ledger", "cursor": str(each.seq), "reason": "older"}
                await passing(harness, lambda: f"skip ledger {each.seq}" in out.problem)  # noqa: B023
                await skip_event(harness.engine, values, "ops")
        await passing(harness, lambda: not out.problem)
        await sent(harness, "ledger")
    assert [int(each["sequence"]) for each in lines(tmp_path)] == [
        each.seq for each in events if each.type != "run.created"
    ]
    assert run.id in {each["subject"] for each in lines(tmp_path)}


async def test_large_transformed_details_are_left_out(harness: Harness, tmp_path: Path) -> None:
    twice = {"run.created": {"a": "{details.input.customer}", "b": "{details.input.customer}"}}
    async with sending(harness, settings_of(tmp_path, ledger(tmp_path, "run", input=True, details=twice))):
        await harness.start("bill", {"customer": "x" * (MAX_DETAILS_BYTES - 1000)})
        await sent(harness, "ledger")
    data = lines(tmp_path)[0]["data"]
    assert (data["details"], data["details_left_out"]) == ({}, True)


async def test_large_details_are_left_out_and_the_event_says_so(harness: Harness, tmp_path: Path) -> None:
    async with sending(harness, settings_of(tmp_path, ledger(tmp_path, "run", input=True))):
        await harness.start("bill", {"customer": "é" * (MAX_DETAILS_BYTES // 2)})
        await harness.start("bill", {"customer": "é" * 100})
        await sent(harness, "ledger")
    created = [line["data"] for line in lines(tmp_path) if line["data"]["event"] == "run.created"]
    assert [(data["details_left_out"], data["details"] == {}) for data in created] == [
        (True, True),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("secret", "words"), [("", "its secret is not set"), ("short", "its secret is too short")]
)
async def test_nothing_is_sent_unsigned(
    harness: Harness, receiver: LocalReceiver, tmp_path: Path, secret: str, words: str
) -> None:
    file = tmp_path / "events.yaml"
    file.write_text(yaml.safe_dump({"targets": [address(receiver, "run")]}))
    settings = read_settings(
        {"SIGNOFF_EVENTS_TO": str(file), "SIGNOFF_DATA_DIR": str(tmp_path), "RECEIVER_SECRET": secret}
    )
    async with sending(harness, settings) as out:
        await harness.start("bill")
        await until(lambda: words in out.problem)
    assert receiver.calls == 0


async def test_a_name_that_leads_inside_is_not_called(harness: Harness, receiver: LocalReceiver) -> None:
    """The file refuses localhost already: here it stands for any name that DNS leads inside."""
    address = receiver.url.replace("127.0.0.1", "localhost")
    place = Address(address, lambda: SECRET, harness.clock, private=False)
    answer = await place.take([Outgoing("1", 1, b"{}")])
    await place.close()
    assert answer.error.startswith("is inside this machine's networks")
    assert receiver.calls == 0


async def test_a_redirect_is_not_followed(harness: Harness, receiver: LocalReceiver, tmp_path: Path) -> None:
    receiver.status, receiver.answer_headers = 307, {"Location": receiver.url}
    async with sending(harness, settings_of(tmp_path, address(receiver, "run"))) as out:
        await harness.start("bill")
        await until(lambda: "status 307" in out.problem)
    assert receiver.calls == 1


async def test_the_place_of_a_removed_target_is_kept_until_it_is_forgotten(
    receiver: LocalReceiver, tmp_path: Path
) -> None:
    async with Harness(bill(), folder=tmp_path, keep=timedelta(days=1)) as harness:
        await place_is_kept(harness, receiver, tmp_path)


async def place_is_kept(harness: Harness, receiver: LocalReceiver, tmp_path: Path) -> None:
    engine = harness.engine
    both = settings_of(tmp_path, address(receiver, "run"), ledger(tmp_path, "run"))
    async with sending(harness, both):
        await sent(harness, "receiver", "ledger")
        with pytest.raises(NotPossible, match="ledger still gets events"):
            await forget_event_target(engine, {"name": "ledger"}, "ops")
    engine.deliveries.places.clear()
    async with sending(harness, settings_of(tmp_path, address(receiver, "run"))) as out:
        assert out.problem.startswith("The event target ledger is no longer in the file of SIGNOFF_EVENTS_TO")
        run = await harness.start("bill")
        await sent(harness, "receiver")
        await harness.advance("3d")
        assert await engine.find_run(run.id)
        with pytest.raises(NotPossible, match="Name one of these: ledger, receiver"):
            await forget_event_target(engine, {"name": "other"}, "ops")
        assert await forget_event_target(engine, {"name": "ledger"}, "ops") == {"name": "ledger"}
        await harness.advance("1m")
        await until(lambda: out.problem == "")
        await sent(harness, "receiver")
        await harness.advance("3d")
        with pytest.raises(UnknownRun, match="was deleted"):
            await engine.find_run(run.id)
    names = [each["name"] for each in (await event_targets(engine, {}, "ops"))["targets"]]
    assert names == ["receiver"]


GOOD = {"name": "a", "to": "https://billing.example.com/e", "events": ["run"], "secret": "S"}
MISTAKES = {
    "an unknown field": ({**GOOD, "filter": "run"}, "targets.0.filter: this field does not exist"),
    "no events": ({**GOOD, "events": []}, "targets.0.events: it is empty"),
    "an odd event": ({**GOOD, "events": ["Run!"]}, "'Run!' is not a type of event"),
    "a mistyped event": (
        {**GOOD, "events": ["run", "run.succeded"]},
        "'run.succeded' is not a type of event. Did you mean run.succeeded?",
    ),
    "a mistyped first word": ({**GOOD, "events": ["steps"]}, "Did you mean step?"),
    "no secret": ({**GOOD, "secret": ""}, "an address needs secret"),
    "a secret in place of its name": ({**GOOD, "secret": "a secret"}, "an address needs secret"),
    "plain http": ({**GOOD, "to": "http://billing.example.com/e"}, "the address is not encrypted"),
    "loopback": ({**GOOD, "to": "http://127.0.0.1:1/e"}, "inside this machine's networks"),
    "an inner address": ({**GOOD, "to": "https://10.0.0.8/e"}, "inside this machine's networks"),
    "the metadata of a cloud": ({**GOOD, "to": "https://169.254.169.254/"}, "inside this machine's networks"),
    "an address as a number": ({**GOOD, "to": "https://2130706433/"}, "inside this machine's networks"),
    "a relative path": ({**GOOD, "to": "events.jsonl"}, "neither an address"),
    "a password": ({**GOOD, "to": "https://u:hush-hush@example.com/"}, "neither an address"),
    "a file with a secret": ({**GOOD, "to": "/tmp/x"}, "a file takes neither secret nor private"),
    "a name": ({**GOOD, "name": "A b"}, "'A b' cannot be the name of a target"),
    "details of a type that it does not get": (
        {**GOOD, "details": {"step.started": {"a": "b"}}},
        "details has 'step.started', which is not a type of event that the target gets",
    ),
    "details of all types of a word": ({**GOOD, "details": {"run": {"a": "b"}}}, "details has 'run'"),
    "an empty mapping": ({**GOOD, "details": {"run.created": {}}}, "the mapping of run.created is empty"),
    "a path of another thing": (
        {**GOOD, "details": {"run.created": {"a": "{run.id}"}}},
        "names {run.id}. Name a field of the details",
    ),
    "half a template": ({**GOOD, "details": {"run.created": {"a": "{details.}"}}}, "which is not a template"),
    "an input that it does not get": (
        {**GOOD, "details": {"run.created": {"a": ["{details.input.a}"]}}},
        "the target gets no inputs. Write input: true",
    ),
    "details as text": ({**GOOD, "details": "old"}, "targets.0.details: it is not a mapping"),
    "a word for a flag": ({**GOOD, "input": "yes"}, "targets.0.input: it is neither true nor false"),
}


@pytest.mark.parametrize(("target", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_file_names_field_and_remedy(
    tmp_path: Path, target: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        settings_of(tmp_path, target)
    assert "SIGNOFF_EVENTS_TO" in str(refused.value)
    assert words in str(refused.value)
    assert "hush-hush" not in str(refused.value)


def test_two_targets_have_different_names_and_places(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two targets have the same name"):
        settings_of(tmp_path, GOOD, {**GOOD, "to": "/tmp/x", "secret": ""})
    with pytest.raises(ConfigError, match="two targets have the same to"):
        settings_of(tmp_path, GOOD, {**GOOD, "name": "b"})
    file = {**GOOD, "to": "/srv/log", "secret": ""}
    with pytest.raises(ConfigError, match="two targets have the same to"):
        settings_of(tmp_path, file, {**file, "name": "b", "to": "/srv/./log"})


@pytest.mark.parametrize("text", ["", "targets: [", "- x", "targets: {}", "a: &a [*a]", "targets: []"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "events.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match="SIGNOFF_EVENTS_TO"):
        read_settings({"SIGNOFF_EVENTS_TO": str(file)})


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcde", "bcdef", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "targets: []\nsource: /a\nsource: /b\n",
            "events.yaml:3:1, which has a mistake: The key source is here",
        ),
        ("targets: !!set {a}\n", "events.yaml:1:10, which has a mistake: The value has the tag"),
        (BOMB, "more than 20,000 values"),
        ("targets: [\n", "events.yaml:2:1, which has a mistake: The file is not valid YAML"),
    ],
    ids=["a doubled key", "a tag", "a bomb", "no end"],
)
def test_a_file_is_read_strictly(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "events.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match="SIGNOFF_EVENTS_TO") as refused:
        read_settings({"SIGNOFF_EVENTS_TO": str(file)})
    assert said in str(refused.value)


def test_settings_that_are_printed_show_no_address(tmp_path: Path) -> None:
    assert "billing.example.com" not in repr(settings_of(tmp_path, GOOD))


def test_the_published_schema_is_that_of_the_events() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == event_schema(), (
        "signoff events schema > docs/reference/event.schema.json"
    )
