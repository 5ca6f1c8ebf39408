"""An error decides whether its step is tried again, rerouted, asked about or failed."""

import sys
from typing import Any

import pytest

from engine import Actor, DefinitionErrors, Fatal, Retry, Workflow
from engine.compiler.workflow import compile_workflow
from engine.model.people import Person, StaticPeople
from engine.testing import Harness

PEOPLE = StaticPeople([Person("U1", "U1")], groups={"ops": ["U1"]})
CLI = Actor("cli", "root")


class StatusError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


def by_status(error: Exception) -> str | None:
    match getattr(error, "status", 0):
        case 429:
            return "30s"
        case 503:
            return "alternative"
        case 403:
            return "ask"
        case 404:
            return "fail"
        case 500:
            raise KeyError("a mistake in the rule")
    return None


class Call:
    """A step that raises these errors one after the other, and then succeeds."""

    def __init__(self, *errors: Exception, on_failure: Any = None, **rules: Any) -> None:
        self.calls: list[str] = []
        self.flow = flow = Workflow("call", owner="@ops", on_failure=on_failure)
        left = list(errors)

        async def other() -> str:
            self.calls.append("other")
            return "other"

        @flow.step(retry=Retry(attempts=3, delay="1s", jitter=0, **rules), alternative=other)
        async def call() -> str:
            self.calls.append("call")
            if left:
                raise left.pop(0)
            return "done"


async def outcome(call: Call, after: str = "10s") -> tuple[list[str], str, int]:
    async with Harness(call.flow, people=PEOPLE) as harness:
        run = await harness.start("call")
        await harness.advance(after)
        return call.calls, (await harness.state(run)).run.state, len(await harness.requests())


async def test_a_duration_is_the_wait_before_the_next_attempt() -> None:
    call = Call(StatusError(429), classify=by_status)
    async with Harness(call.flow, people=PEOPLE) as harness:
        run = await harness.start("call")
        await harness.advance("29s")
        assert call.calls == ["call"]
        await harness.advance("2s")
        assert call.calls == ["call", "call"]
        assert (await harness.state(run)).run.state == "succeeded"


@pytest.mark.parametrize(
    ("error", "rules", "calls", "state", "requests"),
    [
        (StatusError(503), {"classify": by_status}, ["call", "other"], "succeeded", 0),
        (StatusError(403), {"classify": by_status}, ["call"], "waiting", 1),
        (StatusError(404), {"classify": by_status}, ["call"], "failed", 0),
        (StatusError(500), {"classify": by_status}, ["call"], "waiting", 1),
        (OSError("x"), {"classify": lambda error: "soon"}, ["call"], "waiting", 1),
        (OSError("x"), {"classify": lambda error: 5}, ["call"], "waiting", 1),
        (OSError("x"), {"classify": lambda error: sys.exit(3)}, ["call"], "waiting", 1),
        (OSError("x"), {"alternative_on": (OSError,)}, ["call", "other"], "succeeded", 0),
        (OSError("x"), {"ask_on": (OSError,)}, ["call"], "waiting", 1),
        (OSError("x"), {"fail_on": (OSError,)}, ["call"], "failed", 0),
        (OSError("x"), {"fail_on": (ValueError,)}, ["call", "call"], "succeeded", 0),
    ],
)
async def test_an_error_decides_what_follows(
    error: Exception, rules: dict[str, Any], calls: list[str], state: str, requests: int
) -> None:
    assert await outcome(Call(error, **rules)) == (calls, state, requests)


async def test_the_owner_is_asked_about_one_error_where_all_others_fail_the_run() -> None:
    assert await outcome(Call(OSError("x"), on_failure="fail", ask_on=(OSError,))) == (["call"], "waiting", 1)


async def test_people_read_that_the_rule_failed_and_decide() -> None:
    call = Call(StatusError(500), classify=by_status, on_failure="fail")
    async with Harness(call.flow, people=PEOPLE) as harness:
        await harness.start("call")
        (request,) = await harness.requests()
        assert request.failure is not None
        assert request.failure.kind == "StatusError"
        assert request.failure.message == (
            "status 500. Retry's classify failed for this error with KeyError: 'a mistake in the rule'. "
            "The step is not tried again until a person decides."
        )
        await harness.decide("call", "retry", as_user="U1")
        assert call.calls == ["call", "call"]


async def test_a_rule_cannot_try_a_fatal_error_again() -> None:
    assert (await outcome(Call(Fatal("x"), classify=lambda error: "retry")))[0] == ["call", "other"]


def test_a_rule_that_cannot_work_is_named() -> None:
    flow = Workflow("call", owner="@ops")

    @flow.step(retry=Retry(alternative_on=(OSError,), ask_on=("OSError",), classify="status"))  # type: ignore[arg-type]
    async def call() -> None: ...

    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(flow)
    text = str(raised.value)
    assert "alternative_on is given, but the step has no alternative" in text
    assert "Retry(ask_on=('OSError',)) must hold error classes" in text
    assert "Retry(classify='status') is not a function" in text


def test_a_retry_without_rules_keeps_its_digest() -> None:
    flow = Workflow("call", owner="@ops")

    @flow.step(retry=Retry(attempts=2))
    async def call() -> None: ...

    canonical = compile_workflow(flow).definition.canonical()
    assert not any(word in canonical for word in (b"ask_on", b"fail_on", b"alternative_on", b"classify"))
