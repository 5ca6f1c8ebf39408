"""Each way in which a request for an approval ends has its words wherever endings are shown."""

import pytest

from bot.cli.commands import ask
from bot.graphs import looks
from bot.http import client
from bot.mcp import server, tools
from bot.tool_calls.permission import words_for
from bot.views.wording import icons
from deploy.ci import ask_signoff
from engine import APPROVAL_ENDINGS, REFUSALS
from engine.kernel.requests import quorum, verdicts
from engine.model.runs import refusals


@pytest.mark.parametrize("ending", APPROVAL_ENDINGS)
def test_an_ending_has_its_words_everywhere(ending: str) -> None:
    assert ending in icons.OUTCOME
    assert ending in ask._EXIT_CODES
    assert ending in ask_signoff.EXIT_CODES
    assert ending in client.STATES
    assert ending in tools.TOOLS["request_approval"][1]
    assert ending in tools.TOOLS["check_approval"][1]
    if ending != "expired":
        assert ending in verdicts._ALREADY_ANSWERED_TEXTS
        assert quorum._CHOICE_OF[ending] in icons.CHOICES


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_has_its_words_everywhere(refusal: str) -> None:
    assert refusal in icons.REFUSALS
    assert refusal in looks.STATES
    assert refusal in refusals.ENDINGS
    assert refusal in server._INSTRUCTIONS
    answer = {"state": refusal, "by": ["U1"], "comment": "later", "id": "run.decision"}
    assert "The request ended as" not in words_for(answer)


def test_only_an_approval_permits_a_script_to_go_on() -> None:
    for codes in (ask._EXIT_CODES, ask_signoff.EXIT_CODES):
        assert [ending for ending, code in codes.items() if code == 0] == ["approved"]
        assert len(set(codes.values())) == len(codes)
    assert ask_signoff.NO_ANSWER_IN_TIME not in ask_signoff.EXIT_CODES.values()
