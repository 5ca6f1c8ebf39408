"""The file of SIGNOFF_ONCALL: schedules by name, each with its source; secrets by name alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.slack.addresses import reveals_token
from bot.slack.user_ids import USER_ID
from engine import DefinitionError
from engine.exact_json import AmbiguousJson, exact, read_message
from engine.regular_files import expanded, read_bytes
from engine.vault import NAME
from engine.yaml_mapping import read_mapping

_SCHEDULE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_MAX_FILE_BYTES = 256 * 1024
MAX_SCHEDULES = 200


_PROBLEMS = {
    "missing": "it is missing. Add it",
    "extra_forbidden": "this field does not exist. Remove it or correct its name",
    "model_type": "it is not a mapping. Write schedules: with one schedule or more below it",
    "model_attributes_type": "it is not a mapping. Write source: and the options of that source below it",
    "dict_type": "it is not a mapping. Write a name, a colon and a value on each line",
    "list_type": "it is not a list",
    "string_type": "it is not text. Put it into quotation marks",
    "int_type": "it is not a whole number",
    "bool_type": "it is neither true nor false",
}
"""By the type of a mistake: what is wrong, and the remedy."""


class InvalidOnCall(ValueError):
    """A problem of the file, as the rest of a sentence that begins with SIGNOFF_ONCALL."""


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class _OverHttps(_Spec):
    token: str
    """The name of the secret that has the token."""

    @field_validator("token")
    @classmethod
    def _named(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError("token is not the name of a secret. Write a name like PAGERDUTY_TOKEN.")
        return value

    @field_validator("url", check_fields=False)
    @classmethod
    def _encrypted(cls, value: str) -> str:
        return _address(value.rstrip("/"))


class PagerDutySpec(_OverHttps):
    """Either the id of a schedule, or that of an escalation policy with the levels that count."""

    source: Literal["pagerduty"]
    schedule: str = ""
    escalation_policy: str = ""
    levels: list[int] = [1]
    url: str = "https://api.pagerduty.com"

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.schedule) == bool(self.escalation_policy):
            raise ValueError("pagerduty needs either schedule or escalation_policy, by id.")
        if not self.levels or min(self.levels) < 1:
            raise ValueError("levels has to be a list of levels, which count from 1.")
        return self


class OpsgenieSpec(_OverHttps):
    """Either the name of a schedule or its id."""

    source: Literal["opsgenie"]
    schedule: str = ""
    schedule_id: str = ""
    url: str = "https://api.opsgenie.com"

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.schedule) == bool(self.schedule_id):
            raise ValueError("opsgenie needs either schedule (its name) or schedule_id.")
        return self


class IncidentIoSpec(_OverHttps):
    """`rotation`: the id of the one that counts, where the schedule has several."""

    source: Literal["incident.io"]
    schedule: str = Field(min_length=1)
    rotation: str = ""
    url: str = "https://api.incident.io"


class CalendarSpec(_Spec):
    """An iCal file, its address, or the name of the secret that has the address.

    `timezone`: of whole days and of times without a zone.
    """

    source: Literal["ical"]
    file: str = ""
    url: str = ""
    url_secret: str = ""
    timezone: str = "UTC"

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [bool(self.file), bool(self.url), bool(self.url_secret)].count(True) != 1:
            raise ValueError("ical needs one of file, url and url_secret.")
        if self.url:
            _address(self.url)
        if self.url_secret and not NAME.fullmatch(self.url_secret):
            raise ValueError("url_secret is not the name of a secret. Write a name like ONCALL_CALENDAR.")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"timezone is {self.timezone!r}. Write a name like Europe/Berlin.") from None
        return self


class FunctionSpec(_Spec):
    """A Python function: `file.py:function`. It gets the schedule's name and returns a list of people."""

    source: Literal["python"]
    function: str

    @field_validator("function")
    @classmethod
    def _placed(cls, value: str) -> str:
        file, _, name = value.rpartition(":")
        if not file.endswith(".py") or not name.isidentifier():
            raise ValueError(f"function is {value!r}. Write it like oncall.py:who.")
        return value


ScheduleSpec = Annotated[
    PagerDutySpec | OpsgenieSpec | IncidentIoSpec | CalendarSpec | FunctionSpec, Field(discriminator="source")
]


class OnCallSpec(_Spec):
    """The whole file. `people`: e-mail addresses, or names that a source uses, to Slack user ids."""

    schedules: dict[str, ScheduleSpec]
    people: dict[str, str] = {}

    @field_validator("schedules")
    @classmethod
    def _names(cls, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if not 1 <= len(value) <= MAX_SCHEDULES:
            raise ValueError(f"schedules has to name 1 to {MAX_SCHEDULES} schedules.")
        for name in value:
            if not _SCHEDULE_NAME.fullmatch(name):
                raise ValueError(
                    f"{name!r} cannot be the name of a schedule. Use letters, digits, hyphens, underscores "
                    "and dots."
                )
        return value

    @field_validator("people")
    @classmethod
    def _ids(cls, value: dict[str, str]) -> dict[str, str]:
        for name, user_id in value.items():
            if not USER_ID.fullmatch(user_id):
                raise ValueError(f"people maps {name} to {user_id!r}, which is not a user id like U012AB3CD.")
        return {name.casefold(): user_id for name, user_id in value.items()}


@dataclass(frozen=True, slots=True)
class OnCallSetting:
    """The schedules, and the folder to which the paths in them are relative."""

    spec: OnCallSpec
    folder: Path


def read_on_call(text: str) -> OnCallSetting:
    """Return the schedules of the setting.

    `text`: JSON, or the path of a file with YAML or JSON. Raises `InvalidOnCall`.
    """
    if text.lstrip().startswith("{"):
        return OnCallSetting(_valid(_parsed(text, "is")), Path.cwd())
    try:
        path = expanded(text).absolute()
        content = read_bytes(path)
    except OSError as error:
        raise InvalidOnCall(f"names {text}, which cannot be read ({error.strerror or error}).") from None
    if len(content) > _MAX_FILE_BYTES:
        raise InvalidOnCall(f"names {text}, which is larger than {_MAX_FILE_BYTES // 1024} KB.")
    try:
        value = _read(content.decode("utf-8"), text)
    except UnicodeDecodeError:
        raise InvalidOnCall(f"names {text}, which is not text in UTF-8.") from None
    return OnCallSetting(_valid(value), path.parent)


def _read(text: str, name: str) -> Any:
    if text.lstrip().startswith("{"):
        return _parsed(text, f"names {name}, which is")
    try:
        return read_mapping(text, name)
    except DefinitionError as error:
        raise InvalidOnCall(
            f"names {error.file}, which has a mistake: {error.problem} {error.remedy}"
        ) from None


def _parsed(text: str, begins: str) -> Any:
    try:
        return exact(read_message(text), "the JSON")
    except (ValueError, AmbiguousJson) as error:
        where = str(error).splitlines()[0].rstrip(".")
        raise InvalidOnCall(f"{begins} not valid YAML or JSON ({where}).") from None


def _valid(value: Any) -> OnCallSpec:
    try:
        return OnCallSpec.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        # The tag of the union stands between the name and the field.
        sources = ("pagerduty", "opsgenie", "incident.io", "ical", "python")
        place = ".".join(str(part) for part in first["loc"] if part not in sources)
        what = _PROBLEMS.get(first["type"], first["msg"].removeprefix("Value error, ").rstrip("."))
        if first["type"] == "union_tag_invalid" or first["type"] == "union_tag_not_found":
            what = f"source has to be one of {', '.join(sources)}"
        raise InvalidOnCall(f"has an invalid value at {place or 'its top'}: {what}.") from None


def _address(url: str) -> str:
    if not re.fullmatch(r"https?://[!-~]{1,2000}", url):
        raise ValueError("url is not an address. Write it like https://calendar.example.com/on-call.ics.")
    if reveals_token(url):
        raise ValueError("url is not encrypted, so that others could change who decides. Write https://.")
    return url
