"""The file of SIGNOFF_EVENTS_TO: targets of events, each with its filter; secrets by name alone."""

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from bot.events_out.event_types import EVENT_TYPES, FIRST_WORDS
from bot.events_out.transforms import check_transform
from bot.slack.addresses import is_loopback
from engine import DefinitionError
from engine.regular_files import expanded, read_bytes
from engine.vault import NAME
from engine.yaml_mapping import read_mapping

PREFIX = "events:"
"""Begins the name of the consumer of the log that serves a target."""
MAX_TARGETS = 50
_MAX_FILE_BYTES = 256 * 1024
_TARGET_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SOURCE = re.compile(r"[!-~]{1,200}")
_PROBLEMS = {
    "missing": "it is missing. Add it",
    "extra_forbidden": "this field does not exist. Remove it or correct its name",
    "model_type": "it is not a mapping. Write a name, a colon and a value on each line",
    "model_attributes_type": "it is not a mapping. Write a name, a colon and a value on each line",
    "list_type": "it is not a list",
    "dict_type": "it is not a mapping. Write a name, a colon and a value on each line",
    "string_type": "it is not text. Put it into quotation marks",
    "bool_type": "it is neither true nor false",
}
"""By the type of a mistake: what is wrong, and the remedy."""


class InvalidTargets(ValueError):
    """A problem of the file, as the rest of a sentence that begins with SIGNOFF_EVENTS_TO."""


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class TargetSpec(_Spec):
    """One target. `to`: an address, which may hold a secret, or the absolute path of a file.

    `events`: types, or their first word for all that begin with it. `workflows`: empty for all.
    `secret`: the name of the secret that signs; every address needs one. `private`: the host may be inside
    this machine's networks. `input`: events have the inputs of runs. `details`: by type of event, the details
    as the target still reads them; an event of another type has the details of the newest form.
    """

    name: str
    to: str
    events: list[str]
    workflows: list[str] = []
    secret: str = ""
    private: bool = False
    input: bool = False
    details: dict[str, dict[str, Any]] = {}

    @property
    def is_file(self) -> bool:
        return self.to.startswith("/")

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not _TARGET_NAME.fullmatch(value):
            raise ValueError(
                f"{value!r} cannot be the name of a target. Use at most 64 lowercase letters, digits, "
                "hyphens, underscores and dots"
            )
        return value

    @field_validator("events")
    @classmethod
    def _types(cls, value: list[str]) -> list[str]:
        if not value:
            raise ValueError("it is empty. Name the events to send, such as [run, request.decided]")
        for type_ in value:
            if type_ not in EVENT_TYPES | FIRST_WORDS:
                near = get_close_matches(type_[:100], sorted(EVENT_TYPES | FIRST_WORDS), 1)
                raise ValueError(
                    f"{type_[:100]!r} is not a type of event. "
                    + (f"Did you mean {near[0]}? " if near else "")
                    + "Write one like run.succeeded, or run for all events of runs"
                )
        return value

    @model_validator(mode="after")
    def _reached(self) -> Self:
        if self.is_file:
            if self.secret or self.private:
                raise ValueError("a file takes neither secret nor private. Remove them")
            return self
        from engine.addresses import names_public_host  # noqa: PLC0415 - it loads aiohttp

        host, scheme = _host(self.to)
        if not NAME.fullmatch(self.secret):
            raise ValueError(
                "an address needs secret, the name of the secret that signs the events, like BILLING_EVENTS"
            )
        if not self.private and (is_loopback(host) or not names_public_host(host)):
            raise ValueError(
                "the address is inside this machine's networks. Write private: true to send events there"
            )
        if scheme != "https" and not is_loopback(host):
            raise ValueError("the address is not encrypted. Write https://")
        return self

    @model_validator(mode="after")
    def _transformed(self) -> Self:
        for type_, mapping in self.details.items():
            if not (type_ in EVENT_TYPES and self._names(type_)):
                raise ValueError(
                    f"details has {type_[:100]!r}, which is not a type of event that the target gets. "
                    "Name one like run.succeeded, and list it in events"
                )
            check_transform(type_, mapping, with_input=self.input)
        return self

    def wants(self, type_: str, workflow: str | None) -> bool:
        """Return whether the target gets an event."""
        if self.workflows and workflow not in self.workflows:
            return False
        return self._names(type_)

    def _names(self, type_: str) -> bool:
        return type_ in self.events or type_.partition(".")[0] in self.events


class TargetsSpec(_Spec):
    """The whole file. `source`: the name of this installation, by which receivers tell several apart."""

    targets: list[TargetSpec]
    source: str = "/signoff"

    @field_validator("targets")
    @classmethod
    def _apart(cls, value: Sequence[TargetSpec]) -> Sequence[TargetSpec]:
        if not 1 <= len(value) <= MAX_TARGETS:
            raise ValueError(f"it has to name 1 to {MAX_TARGETS} targets")
        for what, given in (
            ("name", [each.name for each in value]),
            ("to", [os.path.normpath(each.to) if each.is_file else each.to for each in value]),
        ):
            if len(set(given)) < len(given):
                raise ValueError(f"two targets have the same {what}. Give each its own")
        return value

    @field_validator("source")
    @classmethod
    def _uri(cls, value: str) -> str:
        if not _SOURCE.fullmatch(value):
            raise ValueError("it is not a URI. Write it like /signoff/production")
        return value


@dataclass(frozen=True, slots=True)
class EventTargets:
    """The targets of the settings."""

    spec: TargetsSpec

    def unknown_workflows(self, known: Collection[str]) -> list[str]:
        """Return a sentence for each workflow that a target names and that is not among these."""
        return [
            f"The event target {target.name} names the workflow {name[:100]!r}, which is not loaded, so it "
            "gets none of its events."
            + (f" Did you mean {near[0]}?" if (near := get_close_matches(name[:100], known, 1)) else "")
            for target in self.spec.targets
            for name in target.workflows
            if name not in known
        ]


def read_targets(text: str) -> EventTargets:
    """Return the targets of a YAML file. `text`: its path.

    Raises `InvalidTargets`, which shows no address.
    """
    try:
        path = expanded(text).absolute()
        content = read_bytes(path)
    except OSError as error:
        raise InvalidTargets(f"names {text}, which cannot be read ({error.strerror or error}).") from None
    if len(content) > _MAX_FILE_BYTES:
        raise InvalidTargets(f"names {text}, which is larger than {_MAX_FILE_BYTES // 1024} KB.")
    try:
        value = _parsed(content.decode("utf-8"), text)
    except UnicodeDecodeError:
        raise InvalidTargets(f"names {text}, which is not text in UTF-8.") from None
    try:
        return EventTargets(TargetsSpec.model_validate(value))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "its top"
        what = _PROBLEMS.get(first["type"], first["msg"].removeprefix("Value error, ").rstrip("."))
        raise InvalidTargets(f"names {text}, which has an invalid value at {place}: {what}.") from None


def _parsed(text: str, name: str) -> Any:
    try:
        return read_mapping(text, name)
    except DefinitionError as error:
        raise InvalidTargets(
            f"names {error.file}, which has a mistake: {error.problem} {error.remedy}"
        ) from None


def _host(address: str) -> tuple[str, str]:
    """Return the host and the scheme of an address. Raises `ValueError`, which does not show it."""
    problem = (
        "it is neither an address like https://billing.example.com/events nor the absolute path of a file"
    )
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(problem) from None
    if not re.fullmatch(r"https?://[!-~]{1,2000}", address) or not host or parts.username is not None:
        raise ValueError(problem)
    return host, parts.scheme
