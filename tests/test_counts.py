"""Numbers in sentences: one thing is never written as several, and several are never written as one."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.serving import resume_preview
from bot.views.requests.quorum import working_hours
from engine import DefinitionError, DefinitionErrors
from engine.kernel.schedules.cron import check_cron
from engine.model.definition.spec import HoursSpec
from engine.model.runs.quality import QualityReport
from engine.text import count

_ONE_AS_SEVERAL = re.compile(r"(?<![\d,])1 (?:more )?[a-z]+s\b(?! takes?)")


def _preview(number: int) -> str:
    prospect = {
        "executing": number, "waiting": number, "untold": number, "schedules": [],
        "due": dict.fromkeys(("retry", "remind", "escalate", "expire", "effect", "claim"), number),
        "messages": dict.fromkeys(
            ("run", "request", "line", "full", "picture", "outcome", "notice"), number
        ),
    }  # fmt: skip
    return "\n".join(resume_preview.lines(prospect))


def _cron(number: int) -> str:
    with pytest.raises(ValueError, match="field") as refused:
        check_cron(" ".join(["*"] * number), "UTC")
    return str(refused.value)


SENTENCES: list[Callable[[int], str]] = [
    _preview,
    _cron,
    lambda number: str(DefinitionErrors([DefinitionError("Wrong.", remedy="Fix it.")] * (200 + number))),
    lambda number: QualityReport(number, number).summary,
    lambda number: working_hours(HoursSpec(days=(0,), start=0, end=60, tz="UTC", holidays=("x",) * number)),
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_sentence_agrees_with_its_number(sentence: Callable[[int], str], number: int) -> None:
    said = sentence(number)
    assert re.search(rf"\b{number} (more )?[a-z]+", said)
    assert not _ONE_AS_SEVERAL.search(said)
    if number > 1:
        several, one = (re.sub(r"\d+", "N", text) for text in (said, sentence(1)))
        assert several != one


@given(st.integers(0, 10**9), st.sampled_from([("run",), ("retry", "retries")]))
def test_only_one_is_singular(number: int, words: tuple[str, ...]) -> None:
    assert count(number, *words).endswith(f" {words[0]}") == (number == 1)
