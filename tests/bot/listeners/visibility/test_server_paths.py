"""People in Slack read no path of the server: that is for the operator."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.listeners import decisions
from bot.listeners.subcommands import refused
from engine import Altered, Decision, DecisionResult, InvalidInput, NotPossible, SignoffError, StoreBusy
from engine.errors import KeyLost, StoreBroken

PROBLEM = "The disk of the database /srv/signoff/.signoff/signoff.db is full, so nothing was recorded."


class Anybody:
    """The people of a workspace without channels."""

    async def with_channel_ids(self, text: str) -> str:
        return text


@pytest.mark.parametrize("error", [StoreBusy, StoreBroken, KeyLost, Altered, NotPossible])
async def test_an_error_of_the_store_names_no_folder(error: type[SignoffError]) -> None:
    context: Any = SimpleNamespace(command="/workflow", people=Anybody())
    text = str(await refused(context, error(PROBLEM)))
    assert "/srv" not in text
    assert "The disk of the database signoff.db is full, so nothing was recorded." in text


async def test_what_a_person_wrote_is_shown_as_it_is() -> None:
    context: Any = SimpleNamespace(command="/workflow", people=Anybody())
    error = InvalidInput("deploy", [("file", "/var/log/x is not a whole number.")])
    assert "/var/log/x is not a whole number." in str(await refused(context, error))


async def test_a_click_that_is_not_recorded_names_no_folder() -> None:
    class Engine:
        async def decide(self, *_: Any, **__: Any) -> DecisionResult:
            return DecisionResult("unavailable", PROBLEM)

        async def approve_together(self, *_: Any, **__: Any) -> list[DecisionResult]:
            return [DecisionResult("unavailable", PROBLEM)]

    async def nothing(_: str) -> str:
        return ""

    context: Any = SimpleNamespace(engine=Engine(), lacking=nothing)
    one = await decisions.decide(context, "U1", "r", Decision("reject"))
    (other,) = await decisions.approve_together(context, "U1", {"r": "digest"})
    for result in (one, other):
        assert result.text == "The disk of the database signoff.db is full, so nothing was recorded."
