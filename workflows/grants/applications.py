"""Applications for grants, and the values that the steps pass on."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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


class SetAside(BaseModel):
    """A row that is not a valid application, with the reason."""

    id: str
    reason: str


class Intake(BaseModel):
    applications: list[Application]
    set_aside: list[SetAside]


class Scored(BaseModel):
    """An application with its points (0 to 100) and each point's reason."""

    application: Application
    score: int
    why: list[str]


class ScoredIntake(BaseModel):
    scored: list[Scored]
    set_aside: list[SetAside]


class Reviewed(BaseModel):
    """A verdict by policy. `rule`: the sentence of the policy that decided."""

    application: Application
    score: int
    verdict: Verdict
    rule: str


class Review(BaseModel):
    """Summary for the board. `doubtful_list`: one line for each application."""

    reviewed: list[Reviewed]
    set_aside: list[SetAside]
    doubtful: int
    doubtful_list: list[str]
    clear_awards: int
    clear_total: str
    """`$610,900`."""


class Awarded(BaseModel):
    """State of the register after this run."""

    awarded: list[str]
    declined: list[str]
    postponed: list[str]
    total: int
    """Dollars awarded."""
    board: str
    set_aside: list[SetAside]


class Notified(BaseModel):
    letters: int
    summary: str


def read(raw: object, seen: set[str]) -> Application | SetAside:
    """One entry of the intake as an application, or why not. `seen`: ids that came before it."""
    name = str(raw.get("id", "without an id")) if isinstance(raw, dict) else "not an object"
    try:
        application = Application.model_validate(raw)
    except ValidationError as error:
        return SetAside(id=name[:40], reason=_words(error))
    if application.id in seen:
        return SetAside(id=application.id, reason="The id came twice; the first one counts.")
    seen.add(application.id)
    return application


def _words(error: ValidationError) -> str:
    found = []
    for one in error.errors(include_url=False, include_context=False)[:3]:
        field = ".".join(map(str, one["loc"])) or "The application"
        if one["type"] == "missing":
            found.append(f"{field} is missing")
        else:
            value = repr(one["input"])
            shown = value if len(value) <= 40 else value[:39] + "…"
            found.append(f"{field} is {shown}: {one['msg'][:1].lower()}{one['msg'][1:]}")
    return "; ".join(found) + "."
