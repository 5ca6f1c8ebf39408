"""Acts on a failed step, in words: for buttons, their confirmations, and the windows of commands."""

from dataclasses import dataclass
from typing import Any

from bot.views.blocks import confirm
from bot.views.requests import request_summary
from bot.views.runs.undoing import effect_of_skip, fate_of_done_steps, is_undo
from bot.views.wording import icons
from bot.views.wording.text import count, one_line
from engine import FailureCard, RequestRecord, RunDetail

_MAY_BE_DONE_TWICE = "What its earlier attempts did stays done, and may be done twice."
_EFFECT_OF_RETRY = f"The step executes again. {_MAY_BE_DONE_TWICE}"
EFFECT_OF_NEW_RUN = (
    "This run has ended, so a new run starts at this step, with the results of the steps that do not depend "
    f"on it. {_MAY_BE_DONE_TWICE}"
)
"""Effect of a retry in a run that has ended."""
_UNDONE_IN_A_LIST = "Steps that the workflow can undo are undone first. All other steps stay done."
"""Fate of the steps that are done, in a list, which does not read which ones are."""


@dataclass(frozen=True, slots=True)
class Act:
    """A choice about a failure. Plain text; `question` and `effect` are empty where one click is enough."""

    word: str
    style: str | None = None
    question: str = ""
    effect: str = ""
    yes: str = ""
    no: str = "Go back"

    @property
    def confirmation(self) -> dict[str, Any] | None:
        """The dialog that asks before the act is done."""
        if not self.effect:
            return None
        return confirm(self.question, self.effect, self.yes, self.no, danger=self.style == "danger")


def act_on_one(request: RequestRecord, choice: str, detail: RunDetail | None) -> Act:
    """Return an act on the failure of one run. `detail`: None in a list, which reads no run."""
    title, fate = _title_and_fate(request, detail)
    return _act(choice, request, title, request_summary.short_run(request), fate)


def act_on_card(card: FailureCard, choice: str, detail: RunDetail | None) -> Act:
    """Return an act on each open failure of a card. `detail`: of the run of its first request, if read."""
    leader, runs = card.leader, count(card.open_count, "run")
    title, fate = _title_and_fate(leader, detail)
    return _act(choice, leader, f"{title} in {runs}", runs, fate, several=True)


def _title_and_fate(request: RequestRecord, detail: RunDetail | None) -> tuple[str, str]:
    if detail is None:
        return one_line(request.step), _UNDONE_IN_A_LIST
    return request_summary.title_of(request, detail), fate_of_done_steps(detail)


def _act(
    choice: str, request: RequestRecord, where: str, runs: str, fate: str, *, several: bool = False
) -> Act:
    """`where`: the step; `runs`: the run or the number of runs; `fate`: of the steps that are done."""
    word = icons.CHOICES.get(choice, one_line(choice))
    end, run, them = ("The runs end", "the runs", "them") if several else ("The run ends", "the run", "it")
    undo = is_undo(request.step)
    acts = {
        "retry": Act(word, "primary", f"Retry {where}?", _EFFECT_OF_RETRY, word),
        "reroute": Act(
            word,
            None,
            f"Reroute {where}?",
            "The alternative executes instead. What the step did in its attempts stays done.",
            word,
        ),
        "skip": Act(word, None, f"Skip {where}?", effect_of_skip(request.step), word),
        "abort": Act(
            word,
            "danger",
            f"Abort {runs}?",
            f"Signoff undoes nothing more. {end}." if undo else f"{end} as failed. {fate}",
            f"Abort {run}",
            f"Keep {them}",
        ),
    }
    return acts.get(choice, Act(word))
