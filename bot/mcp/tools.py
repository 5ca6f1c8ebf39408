"""The tools of the MCP server: what each takes, and what is wrong with a call."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.http.client import MAX_WAIT_SECONDS
from bot.terminal import printed_json
from engine import APPROVAL_ENDINGS

_MAX_SHOWN = 60
_Wait = Annotated[
    int,
    Field(
        strict=True,
        ge=0,
        le=MAX_WAIT_SECONDS,
        description="Seconds to wait for a decision; ask again for longer.",
    ),
]


class UnusableCall(Exception):
    """A tool can't be called like this. The text names the argument, its value and the remedy."""


class Arguments(BaseModel):
    """Arguments of a tool; others are refused, so that nothing an agent passes is ignored."""

    model_config = ConfigDict(extra="forbid")


class RequestApproval(Arguments):
    gate: Annotated[str, Field(description="Name of the gate, as the operator calls it.")]
    question: Annotated[str, Field(description='The question, like "Delete the table users in staging?"')]
    details: Annotated[str, Field(description="The facts that an approver needs to decide.")] = ""
    link: Annotated[str, Field(description="An http address for the approver to look at.")] = ""
    on_behalf_of: Annotated[
        str, Field(description="The person you act for; approvers see it as unverified.")
    ] = ""
    revises: Annotated[
        str,
        Field(description="The id of your request whose state is changes_requested: ask it again, changed."),
    ] = ""
    wait_seconds: _Wait = 0


class CheckApproval(Arguments):
    id: Annotated[str, Field(description="The id that request_approval returned.")]
    wait_seconds: _Wait = 0


class TakePermit(Arguments):
    id: Annotated[str, Field(description="The id of your approved request.")]
    gate: Annotated[str, Field(description="The gate, as you passed it to request_approval.")]
    question: Annotated[str, Field(description="The question, exactly as you asked it.")]
    details: Annotated[str, Field(description="The details, exactly as you gave them.")] = ""
    link: Annotated[str, Field(description="The link, exactly as you gave it.")] = ""
    on_behalf_of: Annotated[str, Field(description="The person, exactly as you gave them.")] = ""
    revises: Annotated[str, Field(description="The id of the earlier request, as you gave it.")] = ""


class ListGrants(Arguments):
    pass


class GiveBackGrant(Arguments):
    id: Annotated[str, Field(description="The id that list_grants returned.")]


TOOLS: dict[str, tuple[type[Arguments], str]] = {
    "request_approval": (
        RequestApproval,
        f"Ask people at a gate. Returns an id and the state: open, {', '.join(APPROVAL_ENDINGS)}.",
    ),
    "check_approval": (
        CheckApproval,
        f"Read the state of a request: open, {', '.join(APPROVAL_ENDINGS)} or withdrawn. "
        "With changes_requested, comment says what to change. With responded, comment is the answer, and "
        "nothing was approved.",
    ),
    "take_permit": (
        TakePermit,
        "Use an approval, once, and get a signed permit. Hand it to the program that does what was approved. "
        "It is valid for five minutes, for one call.",
    ),
    "list_grants": (
        ListGrants,
        "List the grants for your requests: each approves the same request again, some times or for "
        "some time. People alone give grants. Ask with request_approval as always.",
    ),
    "give_back_grant": (
        GiveBackGrant,
        "End a grant that you no longer need. From then on, people decide about each request.",
    ),
}


def read_call(name: str, given: dict[str, Any]) -> Arguments:
    """Return the arguments of a call. Raises `UnusableCall`."""
    if name not in TOOLS:
        raise UnusableCall(f"There is no tool {shown(name)}. The tools are: {', '.join(TOOLS)}.")
    model = TOOLS[name][0]
    try:
        return model.model_validate(given)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False)
        # An unknown argument first: it is often the missing one, misspelled.
        first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
        problem = _problem(model, str(first["loc"][0]), first["type"], first["input"])
        raise UnusableCall(problem) from None


def _problem(model: type[Arguments], name: str, kind: str, value: Any) -> str:
    if kind == "extra_forbidden":
        known = ", ".join(model.model_fields) or "none"
        return f"There is no argument {shown(name)}. The arguments are: {known}."
    if kind == "missing":
        return f"{name}: is missing. Pass it: {model.model_fields[name].description}"
    if name == "wait_seconds":
        return f"{name}: {shown(value)} is not a whole number from 0 to {MAX_WAIT_SECONDS}. Pass one."
    return f"{name}: {shown(value)} is not text. Pass a string."


def shown(value: Any) -> str:
    """The value as JSON, shortened: an answer never repeats all that was sent."""
    text = printed_json(value[:_MAX_SHOWN] if isinstance(value, str) else value, indent=None)
    cut = len(text) > _MAX_SHOWN or (isinstance(value, str) and len(value) > _MAX_SHOWN)
    return f"{text[: _MAX_SHOWN - 1]}…" if cut else text
