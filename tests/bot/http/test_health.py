"""Conditions that make the bot unfit to serve."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.http.health import Health
from engine import TriggerRecord, Trouble


@dataclass
class Socket:
    problem: str
    missing: str


@dataclass
class Part:
    serving: bool = True
    paused: str = ""
    store_problem: str = ""
    keys_problem: str = ""
    stalled: str = ""
    blocked: str = ""
    jumped: str = ""
    trials: str = ""
    overruns: list[str] = field(default_factory=list)
    problem: str = ""
    missing: str = ""
    over_http: bool = False
    unconnected: str = ""
    unanswered: str = ""
    token_refused: str = ""
    code: str = ""
    canary_problems: str = ""
    deserted_queues: tuple[str, ...] = ()
    passed_over: str = ""
    log_warning: str = ""
    checkpoint_problem: str = ""
    records: str = ""
    found: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    unset: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    triggers: list[TriggerRecord] = field(default_factory=list)

    async def unset_variables(self) -> list[str]:
        return self.unset

    async def secret_problems(self) -> list[str]:
        return self.without

    async def schedules(self) -> list[TriggerRecord]:
        return self.triggers

    @property
    def outbox(self) -> "Part":
        return self

    @property
    def socket(self) -> "Socket | None":
        return None if self.over_http else Socket(self.problem, self.unconnected)

    def health(self) -> dict[str, str]:
        return self.found

    async def warnings(self) -> dict[str, str]:
        return self.unread

    async def missing_code(self) -> str:
        return self.code

    async def altered_records(self) -> str:
        return self.records


async def test_each_part_is_asked() -> None:
    part = Part()
    health = Health(part, part, part)
    assert await health.problems() == {}
    part.serving, part.unconnected = False, "no connection to Slack"
    assert (await health.problems()).keys() == {"engine", "slack"}
    part.paused = "Signoff is paused: look first"
    assert (await health.problems())["engine"] == part.paused
    part.token_refused = "token_revoked"
    assert (await health.problems())["slack"] == (
        "The bot token was revoked (token_revoked). Install the app to the workspace again "
        "(OAuth & Permissions) and set SLACK_BOT_TOKEN to the new token."
    )


async def test_a_lock_of_another_process_is_named() -> None:
    part = Part(keys_problem="The key that seals the log is gone")
    assert await Health(part, part, part).problems() == {"keys": part.keys_problem}
    part = Part(store_problem="Process 42 (sqlite3) holds the write lock")
    assert await Health(part, part, part).problems() == {"database": part.store_problem}


async def test_a_slack_that_does_not_say_who_people_are_is_a_problem() -> None:
    part = Part(unanswered="Slack does not answer in time")
    assert await Health(part, part, part).problems() == {"people": part.unanswered}
    part.token_refused = "token_revoked"
    assert (await Health(part, part, part).problems()).keys() == {"slack"}


async def test_connections_that_take_clicks_and_are_not_ours_are_a_problem() -> None:
    part = Part(problem="Slack counts 5 Socket Mode connections")
    assert await Health(part, part, part).problems() == {"connections": part.problem}


async def test_over_http_no_socket_is_missed() -> None:
    part = Part(unconnected="no connection to Slack", over_http=True)
    assert await Health(part, part, part).problems() == {}


async def test_a_slack_that_was_not_reached_yet_is_named_with_the_reason() -> None:
    part = Part(missing="SLACK_API_URL: Slack did not answer", unconnected="no connection to Slack")
    assert await Health(part, part, part).problems() == {"slack": part.missing}


async def test_a_blocked_loop_or_an_overrun_is_a_warning_and_not_a_problem() -> None:
    part = Part(blocked="The event loop was blocked", overruns=["pay of pay-1: still executing"])
    health = Health(part, part, part)
    assert await health.problems() == {}
    assert await health.warnings() == {"loop": part.blocked, "overruns": part.overruns[0]}
    unset = Part(unset=["A_SECRET is not set.", "B_URL is not set."])
    assert await Health(unset, unset, unset).warnings() == {
        "triggers": "A_SECRET is not set. B_URL is not set."
    }
    stalled = Part(stalled="all 64 slots are taken")
    assert await Health(stalled, stalled, stalled).problems() == {"steps": stalled.stalled}


async def test_a_source_that_cannot_be_read_is_a_warning_and_the_operator_is_told_if_it_lasts() -> None:
    since = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    trouble = Trouble("the query failed (OperationalError)", since, misfits=2, misfit="id 7: amount")
    unset = Trouble("the environment variable DB is not set")
    triggers = [
        TriggerRecord("import", "query:DB:id", "rows", True, None, trouble=trouble),
        TriggerRecord("other", "query:DB:id", "rows", True, None, trouble=unset),
    ]
    part = Part(triggers=triggers)
    health = Health(part, part, part)
    unread = (
        "The trigger query:DB:id of import starts no runs: the query failed (OperationalError). "
        "Signoff keeps trying."
    )
    misfits = "The trigger query:DB:id of import started no run for 2 facts in a row: id 7: amount"
    assert await health.warnings() == {"triggers": f"{unread} {misfits}"}
    assert await health.problems() == {}
    assert await health.lasting() == {"trigger import query:DB:id": unread}


async def test_code_that_runs_under_way_need_is_a_warning() -> None:
    part = Part()
    assert await Health(part, part, part).warnings() == {}
    part.code = "2 runs of deploy wait for the step publish"
    assert await Health(part, part, part).problems() == {}
    assert await Health(part, part, part).warnings() == {"code": part.code}


async def test_records_that_were_changed_and_a_missing_checkpoint_are_warnings() -> None:
    part = Part(log_warning="There is no checkpoint.", records="What is stored of absences was changed.")
    assert await Health(part, part, part).warnings() == {
        "checkpoint": part.log_warning,
        "records": part.records,
    }


async def test_the_operator_is_told_of_a_checkpoint_that_cannot_be_written() -> None:
    part = Part(log_warning="There is no checkpoint.", checkpoint_problem="The disk is read-only.")
    health = Health(part, part, part)
    assert await health.problems() == {}
    assert await health.warnings() == {"checkpoint": part.checkpoint_problem}
    assert await health.lasting() == {"checkpoint": part.checkpoint_problem}


async def test_the_operator_is_told_of_events_that_could_not_be_turned_into_messages() -> None:
    part = Part(passed_over="These events could not be turned into messages: 37")
    health = Health(part, part, part)
    assert await health.problems() == {}
    assert await health.lasting() == {"events": part.passed_over}


async def test_callbacks_that_cannot_be_sent_are_a_problem() -> None:
    part, callbacks = Part(), Part(problem="callbacks cannot be sent (OSError)")
    health = Health(part, part, part, callbacks=callbacks)
    assert await health.problems() == {"callbacks": callbacks.problem}


async def test_what_stands_in_the_place_of_the_command_lines_socket_is_a_warning() -> None:
    part, door = Part(), Part(problem="signoff.db.sock is a folder")
    health = Health(part, part, part, door=door)
    assert await health.problems() == {}
    assert await health.warnings() == {"command line": door.problem}
