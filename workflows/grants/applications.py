"""Applications for grants, and the values that the steps pass on."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["award", "decline", "doubtful"]


class Application(BaseModel):
    """As it comes from the intake. `amount`: whole dollars."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    id: str = Field(pattern=r"^G-\d{4}$")
    name: str = Field(min_length=1, max_length=120)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)
    field: Literal["education", "health", "environment", "culture", "other"]
    amount: int = Field(gt=0, le=1_000_000)
    people_reached: int = Field(ge=0)
    years_active: int = Field(ge=0, le=200)
    submitted: date
    summary: str = Field(min_length=1, max_length=2000)


class Scored(BaseModel):
    """An application with its points (0 to 100) and each point's reason."""

    application: Application
    score: int
    why: list[str]


class Reviewed(BaseModel):
    """A verdict by policy. `rule`: the sentence of the policy that decided."""

    application: Application
    score: int
    verdict: Verdict
    rule: str

    @property
    def line(self) -> str:
        """The application as the board reads it, and chooses it."""
        application = self.application
        return f"{application.id} {application.name}, ${application.amount:,}: {self.rule}"


class Review(BaseModel):
    """Summary for the board. `doubtful_list`: one line for each application."""

    reviewed: list[Reviewed]
    doubtful: int
    doubtful_list: list[str]
    clear_awards: int
    clear_total: str
    """`$610,900`."""


class BoardDecision(BaseModel):
    """The board's form: it decides about each doubtful application, or about all of them at once."""

    award: list[str] = []
    postpone: list[str] = Field(default=[], description="They come back tomorrow.")
    others: Literal["decline", "award", "postpone"] = Field(
        description="What happens to those that you did not choose above, or to all if you chose none."
    )

    def verdict(self, line: str) -> str:
        """Return what the board decided about an application. One that stands in both lists is postponed."""
        if line in self.postpone:
            return "postpone"
        return "award" if line in self.award else self.others


class Awarded(BaseModel):
    """State of the register after this run."""

    awarded: list[str]
    declined: list[str]
    postponed: list[str]
    total: int
    """Dollars awarded."""
    board: str


class Notified(BaseModel):
    letters: int
    summary: str


class Published(BaseModel):
    """The page of all awards."""

    page: str
    awards: int
