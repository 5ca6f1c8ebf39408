"""Invisible text does not count: not as a reason, a question or a text to type."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from engine import Actor, Decision, NotPossible, Person, StaticPeople, Workflow
from engine.authoring.gate import Question
from engine.model.text.visible_text import is_blank, visible_or_empty
from engine.testing import Harness

BLANK = {
    "nothing": "", "spaces": "  \n\t", "zero width": "\u200b\u200d\ufeff",
    "Hangul filler": "\u3164\u115f\uffa0",
    "braille blank": "\u2800 \u2800", "direction": "\u202e\u2066\u061c", "soft hyphen": "\u00ad",
    "selectors": "\ufe0f\U000e0100", "tags": "\U000e0041", "accent alone": "\u0301\u0334", "joiner": "\u034f",
    "controls": "\x00\x7f\x9b", "fillers": "\ufffc\U0001d159\U00016fe4",
}  # fmt: skip
PEOPLE = StaticPeople([Person("U9", "Ivo")], {"ops": ["U1", "U2"]})


class Service(BaseModel):
    service: str = "billing"


def asking(confirm: str = "") -> Workflow:
    flow = Workflow("flow", owner="@ops", input=Service)
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1d", confirm=confirm)

    @flow.step(when=go.approved)
    async def act() -> str:
        return "done"

    return flow


@pytest.mark.parametrize("text", BLANK.values(), ids=BLANK)
def test_signs_that_nobody_sees_are_blank(text: str) -> None:
    assert is_blank(text)
    assert visible_or_empty(text) == ""
    assert not is_blank(f"{text}a{text}")


@pytest.mark.parametrize("text", ["a", "0", ".", "✅", "é", "中", "\U0001f3f4", "क्", "؟"])
def test_a_sign_that_shows_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize("text", BLANK.values(), ids=BLANK)
async def test_an_invisible_reason_does_not_count_as_a_reason(tmp_path: Path, text: str) -> None:
    async with Harness(asking(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow", as_user="U9")
        (request,) = await harness.engine.requests()
        reject = await harness.engine.decide(
            request.id, Decision("reject", comment=text), actor=Actor("slack", "U1")
        )
        assert reject.code == "comment_required"
        with pytest.raises(NotPossible, match="Write your question"):
            await harness.engine.ask_requester(request.id, text, actor=Actor("slack", "U1"))
        ended = await harness.engine.cancel(run.id, actor=Actor("slack", "U9"), reason=text)
        assert ended.reason == "cancelled by a person"


@pytest.mark.parametrize("text", BLANK.values(), ids=BLANK)
async def test_an_approval_whose_text_to_type_cannot_be_seen_is_not_opened(tmp_path: Path, text: str) -> None:
    async with Harness(asking("{input.service}"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("flow", {"service": text}, as_user="U9")
        (request,) = await harness.engine.requests()
        assert request.kind == "failure"
        assert request.failure is not None
        assert "confirm: {input.service} is empty" in request.failure.message


@pytest.mark.parametrize("text", [each for each in BLANK.values() if each])
def test_a_gate_is_not_asked_a_question_that_cannot_be_seen(text: str) -> None:
    with pytest.raises(ValidationError, match="no visible character"):
        Question(question=text)
