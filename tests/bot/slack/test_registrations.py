"""The count of Socket Mode connections: what is lost, and how many to hold."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.registrations import SLACK_CONNECTION_LIMIT, WANTED, Registrations, refused, registered


@given(st.one_of(st.none(), st.booleans(), st.text(), st.integers()), st.integers(1, 10))
def test_any_hello_gives_a_number_of_connections_that_slack_allows(counted: object, held: int) -> None:
    found = registered(counted, held)
    assert 1 <= found.wanted <= SLACK_CONNECTION_LIMIT
    assert found.others >= 0
    assert bool(found.problem) == bool(found.others)


@given(st.integers(0, 9))
def test_one_place_stays_free_where_that_leaves_two_connections(others: int) -> None:
    found = registered(others + 2, 2)
    assert found.others == others
    assert found.wanted + others <= SLACK_CONNECTION_LIMIT
    if others <= 7:
        assert found.wanted >= WANTED
        assert found.wanted + others < SLACK_CONNECTION_LIMIT


def test_a_count_below_our_own_connections_is_accepted() -> None:
    assert registered(1, 2) == Registrations(2, 2)
    assert registered(1, 2).problem == ""


def test_a_refused_connection_means_that_all_ten_are_registered() -> None:
    assert refused(2).others == 8
    assert "Slack counts 10 Socket Mode connections" in refused(2).problem
