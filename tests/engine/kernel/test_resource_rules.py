"""Properties of the limits: a rate holds in any window, a limit is never exceeded, nobody is starved."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.resources.queue import ResourceBook
from engine.kernel.resources.rules import allowed, give, take
from engine.model.runs.resources import RateSpec, Resource, ResourceSpec, Ticket

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@given(st.integers(1, 8), st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=150))
def test_no_more_attempts_than_the_rate_begin_in_any_window(count: int, pauses: list[float]) -> None:
    resource = Resource(ResourceSpec(name="r", rate=RateSpec(count=count, window=60.0)))
    now, begun = START, []
    window = timedelta(seconds=60)
    for number, pause in enumerate(pauses):
        now += timedelta(seconds=pause)
        answer = allowed(resource, now)
        if answer.yes:
            begun.append(now)
            resource = take(resource, ("r", "s", number), now)
        else:
            assert answer.until is not None
            assert now < answer.until <= now + window
            assert allowed(resource, answer.until).yes, "the moment that is named is early enough"
    for first in begun:
        assert sum(first <= at < first + window for at in begun) <= count


@given(
    st.lists(st.sets(st.sampled_from("abc"), min_size=1, max_size=3), min_size=1, max_size=30),
    st.data(),
)
def test_every_step_gets_its_resources_and_none_is_overdrawn(
    uses: list[set[str]], data: st.DataObject
) -> None:
    limits = {"a": 1, "b": 2, "c": 3}
    book = ResourceBook(lambda name: ResourceSpec(name=name, at_once=limits[name]))
    for number, names in enumerate(uses):
        since = START + timedelta(seconds=number)
        book.queue(Ticket(f"r{number}", "s", tuple(sorted(names)), since, data.draw(st.integers(-10, 10))))
    holding: dict[str, tuple[str, ...]] = {}
    served = []
    while book.tickets or holding:
        ticket = book.next(START)
        if ticket is not None:
            book.leave(*ticket.key)
            served.append(ticket.run_id)
            holding[ticket.run_id] = ticket.uses
            for name in ticket.uses:
                book.put({name: take(book.resource(name), (ticket.run_id, "s", 1), START)})
                assert len(book.resource(name).holders) <= limits[name]
        else:
            assert holding, "nothing is in use, and nobody may begin"
            ended = data.draw(st.sampled_from(sorted(holding)))
            for name in holding.pop(ended):
                book.put({name: give(book.resource(name), (ended, "s", 1))})
    assert sorted(served) == sorted(f"r{number}" for number in range(len(uses)))
