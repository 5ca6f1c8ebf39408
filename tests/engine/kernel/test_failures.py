"""Records of errors: groups are opened, credentials hidden, and odd errors break nothing."""

import sys
from collections.abc import Callable, Iterator
from types import TracebackType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Actor, ContractError, Fatal, Retry, StaticPeople, Workflow
from engine.kernel.resilience.failures import failure_of, is_heavy, shortened_and_redacted, worth_retrying
from engine.testing import Harness
from tests.present import present


def group(*errors: BaseException) -> BaseExceptionGroup:
    return BaseExceptionGroup("unhandled errors in a TaskGroup", list(errors))


def test_a_group_of_one_reads_as_the_error_inside() -> None:
    failure = failure_of(group(group(ConnectionError("no route to billing"))))
    assert (failure.kind, failure.message) == ("ConnectionError", "no route to billing")
    assert "unhandled errors in a TaskGroup" in failure.detail


def test_a_group_names_every_error_inside() -> None:
    failure = failure_of(group(ValueError("bad"), group(KeyError("x"), OSError())))
    assert failure.kind == "ExceptionGroup"
    assert failure.message == "3 errors: ValueError: bad; KeyError: 'x'; OSError"
    many = failure_of(group(*[ValueError(str(number)) for number in range(9)]))
    assert many.message.endswith("ValueError: 4; and 4 more")


def test_a_group_is_retried_only_when_everything_inside_is_worth_it() -> None:
    on = (ConnectionError, TimeoutError)
    assert worth_retrying(group(ConnectionError(), group(TimeoutError())), on)
    assert not worth_retrying(group(ConnectionError(), ValueError()), on)
    assert worth_retrying(group(ConnectionError(), ValueError()), None)
    assert not worth_retrying(group(ConnectionError(), group(Fatal("no"))), None)
    assert not worth_retrying(group(ConnectionError(), ContractError("no")), on)
    assert not worth_retrying(group(ConnectionError(), SystemExit(1)), None)
    assert worth_retrying(group(ValueError()), (ExceptionGroup,))


errors = st.recursive(
    st.sampled_from([ConnectionError("a"), TimeoutError("b"), ValueError("c"), Fatal("d")]),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda found: ExceptionGroup("g", found)),
    max_leaves=8,
)


def in_order(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for inner in error.exceptions:
            yield from in_order(inner)
    else:
        yield error


@given(errors)
def test_a_group_is_as_fatal_as_the_worst_error_inside(error: Exception) -> None:
    leaves = list(in_order(error))
    assert worth_retrying(error, None) is not any(isinstance(one, Fatal) for one in leaves)
    assert worth_retrying(error, (OSError,)) is all(isinstance(one, OSError) for one in leaves)
    assert str(leaves[0]) in failure_of(error).message


class Odd(Exception):
    def __str__(self) -> str:
        raise SystemExit("from __str__")


def test_no_error_of_an_author_breaks_the_record_of_it() -> None:
    assert failure_of(Odd()).message == "Odd"
    assert len(failure_of(ValueError("x" * 5_000_000)).message) == 2000
    assert failure_of(ValueError("")).message == "ValueError"
    assert failure_of(ValueError("half \ud800")).message == "half ?"
    assert failure_of(type("Ü", (Exception,), {})("m")).kind == "Ü"
    deep: Exception = ValueError("at the bottom")
    for _ in range(5000):
        deep = ExceptionGroup("g", [deep])
    assert failure_of(deep).message == "at the bottom"
    noted = ValueError("no")
    noted.add_note("while paying ACME")
    assert failure_of(noted).message == "no\nwhile paying ACME"


async def test_credentials_reach_neither_the_failure_nor_the_log() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step(retry=Retry(attempts=2, delay="1s"))
    async def call(ctx) -> None:  # type: ignore[no-untyped-def]
        ctx.log("x" * 995 + " password=hunter2")
        raise ConnectionError("GET https://bob:hunter2@host/?token=hunter2 failed: Bearer hunter2hunter2")

    async with Harness(flow, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("flow")
        await harness.advance("1m")
        step = await harness.step(run, "call")
        assert (
            present(step.failure).message
            == "GET https://[hidden]@host/?token=[hidden] failed: Bearer [hidden]"
        )
        events = await harness.engine.events.of_run(run.id)
        assert "hunter2" not in repr((step, await harness.requests(), events))


async def test_a_credential_that_a_cut_would_halve_is_hidden_whole() -> None:
    """Half of this one has no sign by which it is known."""
    said = failure_of(ValueError("x" * 1980 + " https://bob:Q7pa55word" + "w" * 40 + "@host/")).message
    assert len(said) == 2000
    assert "Q7" not in said


def test_an_error_of_thousands_is_looked_at_within_bounds() -> None:
    wide = ExceptionGroup("g", [ValueError(f"number {number} " + "x" * 1000) for number in range(5000)])
    assert is_heavy(wide)
    assert is_heavy(ValueError("x" * 1_000_000))
    assert not is_heavy(ExceptionGroup("g", [ValueError("a"), KeyError("b")]))
    failure = failure_of(wide)
    assert failure.message.startswith("5000 errors: ValueError: number 0 xxx")
    assert failure.message.endswith("and 4995 more")
    assert 0 < len(failure.detail) <= 8000


def test_an_error_that_causes_itself_is_kept() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert not is_heavy(ValueError("alone"))
    assert failure_of(first).message == "first"


async def test_credentials_reach_no_row_from_notes_causes_and_reasons() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def call(ctx) -> None:  # type: ignore[no-untyped-def]
        ctx.log("curl -u bob:Q7pa55 https://host/")
        try:
            raise ValueError('{"password": "Q7"}')
        except ValueError as cause:
            error = ConnectionError("no route")
            error.add_note("Authorization: token Q7pa55word")
            raise error from cause

    async with Harness(flow, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("flow")
        await harness.engine.cancel(run.id, actor=Actor("slack", "U1"), reason="it said password=Q7")
        detail = await harness.state(run)
        events = await harness.engine.events.of_run(run.id)
        assert "no route\\nAuthorization: [hidden]" in repr(events)
        assert "it said password=[hidden]" in repr(events)
        shown = repr((detail, events))
        assert "Q7" not in "".join(line for line in shown.split("\\n") if "add_note" not in line)


async def test_a_task_group_with_a_fatal_error_inside_is_not_tried_again() -> None:
    flow, calls = Workflow("flow", owner="@ops"), []

    @flow.step(retry=Retry(attempts=3, delay="1s", retry_on=(ConnectionError,)))
    async def fatal() -> None:
        calls.append("fatal")
        raise ExceptionGroup("g", [ConnectionError("a"), Fatal("the account is closed")])

    @flow.step(retry=Retry(attempts=3, delay="1s", retry_on=(ConnectionError,)))
    async def again() -> None:
        calls.append("again")
        raise ExceptionGroup("g", [ConnectionError("a"), ConnectionError("b")])

    async with Harness(flow, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("flow")
        await harness.advance("1m")
        assert (calls.count("fatal"), calls.count("again")) == (1, 3)
        said = present((await harness.step(run, "fatal")).failure).message
        assert said == "2 errors: ConnectionError: a; Fatal: the account is closed"


@pytest.mark.parametrize("kept", range(4, 16))
def test_no_part_of_a_secret_is_read_where_a_text_is_cut(kept: int) -> None:
    secret = "8f742231b10e8888"
    shown = shortened_and_redacted("." * (100 - kept) + secret + "." * 50, 100, [secret])
    assert secret[:4] not in shown
    assert len(shown) <= 100


def deep(error: Exception, depth: int) -> Exception:
    """An error whose traceback has so many frames."""
    trace = None
    for _ in range(depth):
        trace = TracebackType(trace, sys._getframe(), 0, 1)
    return error.with_traceback(trace)


def calls_to_read(error: BaseException) -> int:
    """Number of function calls that reading the error takes."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        failure_of(error)
    finally:
        sys.setprofile(None)
    return calls


def chained(depth: int) -> Exception:
    error = deep(ValueError("outer"), depth)
    error.__cause__ = deep(KeyError("cause"), depth)
    return error


@pytest.mark.parametrize(
    "make",
    [
        lambda depth: deep(RecursionError("too deep"), depth),
        chained,
        lambda depth: deep(ExceptionGroup("g", [deep(ValueError("in"), depth), OSError()]), depth),
    ],
    ids=["alone", "a cause", "in a group"],
)
def test_a_deep_recursion_takes_no_longer_to_read_than_a_shallow_one(
    make: Callable[[int], Exception],
) -> None:
    failure_of(make(60))  # sources are read once
    assert calls_to_read(make(20_000)) <= calls_to_read(make(100)) + 100


def test_reading_an_error_leaves_its_traceback_as_it_is() -> None:
    error = deep(ValueError("x"), 200)
    trace = error.__traceback__
    assert "ValueError: x" in failure_of(error).detail
    assert error.__traceback__ is trace
