"""The file of SIGNOFF_CI: workflows of GitHub and jobs of GitLab that may be started; secrets by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from bot.slack.addresses import is_loopback
from engine import DefinitionError
from engine.regular_files import expanded, read_bytes
from engine.vault import NAME
from engine.yaml_mapping import read_mapping

PREFIX = "ci:"
"""Begins a callback that names a target instead of an address."""
MAX_TARGETS = 200
_MAX_FILE_BYTES = 256 * 1024
_TARGET_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_CALLBACK = re.compile(r"ci:(?P<name>[a-z0-9][a-z0-9._-]{0,63})(?:/(?P<pipeline>[0-9]{1,20}))?", re.ASCII)
_PROJECT = {
    "github": re.compile(r"[A-Za-z0-9-]{1,40}/[A-Za-z0-9._-]{1,100}"),
    "gitlab": re.compile(r"[0-9]{1,20}|[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){1,20}"),
}
_WORKFLOW = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}\.ya?ml")
_APIS = {"github": "https://api.github.com", "gitlab": "https://gitlab.com/api/v4"}
_PROBLEMS = {
    "missing": "it is missing. Add it",
    "extra_forbidden": "this field does not exist. Remove it or correct its name",
    "model_type": "it is not a mapping. Write a name, a colon and a value on each line",
    "list_type": "it is not a list",
    "string_type": "it is not text. Put it into quotation marks",
    "bool_type": "it is neither true nor false",
}


class InvalidCiTargets(ValueError):
    """A problem of the file, as the rest of a sentence that begins with SIGNOFF_CI."""


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class CiTarget(_Spec):
    """One workflow of GitHub or one manual job of GitLab.

    `project`: its path. `token`: the name of the secret. `gates`: those at which callers may name it.
    `workflow`, `ref`: the file of the workflow, and the branch or tag that has it; GitHub. `job`: the name of
    the manual job; GitLab. `api`: of the server. `private`: it may be inside this machine's networks.
    """

    name: str
    kind: Literal["github", "gitlab"]
    project: str
    token: str
    gates: list[str]
    workflow: str = ""
    ref: str = ""
    job: str = ""
    api: str = ""
    private: bool = False

    @property
    def address(self) -> str:
        return (self.api or _APIS[self.kind]).rstrip("/")

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not _TARGET_NAME.fullmatch(value):
            raise ValueError(
                f"{value[:80]!r} cannot be the name of a target. Use at most 64 lowercase letters, digits, "
                "hyphens, underscores and dots"
            )
        return value

    @field_validator("token")
    @classmethod
    def _secret(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError("it is not the name of a secret. Write a name like GITHUB_TOKEN, not the token")
        return value

    @field_validator("gates")
    @classmethod
    def _some(cls, value: list[str]) -> list[str]:
        if not value:
            raise ValueError("it is empty. Name the gates whose callers may use this target")
        return value

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if not _PROJECT[self.kind].fullmatch(self.project):
            raise ValueError(f"project: {self.project[:100]!r} is not a project. Write it like acme/shop")
        needed, other = (
            (("workflow", "ref"), ("job",)) if self.kind == "github" else (("job",), ("workflow", "ref"))
        )
        for name in needed:
            if not getattr(self, name).strip():
                raise ValueError(f"a target of {self.kind} needs {name}. Add it")
        for name in other:
            if getattr(self, name):
                raise ValueError(f"a target of {self.kind} takes no {name}. Remove it")
        if self.workflow and not _WORKFLOW.fullmatch(self.workflow):
            raise ValueError("workflow: it is not the name of a file like deploy.yml, without its folder")
        self._check_address()
        return self

    def _check_address(self) -> None:
        from engine.addresses import names_public_host  # noqa: PLC0415 - it loads aiohttp

        problem = f"api: it is not an address like {_APIS[self.kind]}"
        try:
            parts = urlsplit(self.address)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise ValueError(problem) from None
        if (
            not re.fullmatch(r"https?://[!-~]{1,500}", self.address)
            or not host
            or re.search("[?#@]", self.address)
        ):
            raise ValueError(problem)
        if not self.private and (is_loopback(host) or not names_public_host(host)):
            raise ValueError(
                "api: it is inside this machine's networks. Write private: true to call it there"
            )
        if parts.scheme != "https" and not is_loopback(host):
            raise ValueError("api: the token would travel unencrypted. Write https://")


class _File(_Spec):
    targets: list[CiTarget]

    @field_validator("targets")
    @classmethod
    def _apart(cls, value: Sequence[CiTarget]) -> Sequence[CiTarget]:
        if not 1 <= len(value) <= MAX_TARGETS:
            raise ValueError(f"it has to name 1 to {MAX_TARGETS} targets")
        if len({each.name for each in value}) < len(value):
            raise ValueError("two targets have the same name. Give each its own")
        return value


@dataclass(frozen=True, slots=True)
class CiTargets:
    """The targets of the settings."""

    targets: tuple[CiTarget, ...] = ()

    def find(self, callback: str, gate: str) -> tuple[CiTarget, str] | str:
        """Return the target that a callback names, and its pipeline; or why it is refused, in a sentence."""
        named = _CALLBACK.fullmatch(callback)
        if named is None:
            return "is not the name of a target like ci:shop, or like ci:shop/PIPELINE for GitLab."
        target = next((each for each in self.targets if each.name == named["name"]), None)
        if target is None or gate not in target.gates:
            return (
                f"names {named['name']}, which is not a target of {gate} in the file of SIGNOFF_CI. Ask the "
                "operator of Signoff to add it."
            )
        pipeline = named["pipeline"] or ""
        if target.kind == "gitlab" and not pipeline:
            return f"names {target.name} without a pipeline. Write ci:{target.name}/PIPELINE with its id."
        if target.kind == "github" and pipeline:
            return f"names {target.name} with a pipeline, which GitHub does not have. Write ci:{target.name}."
        return target, pipeline


NO_TARGETS = CiTargets()


def read_ci_targets(text: str) -> CiTargets:
    """Return the targets of a YAML file. `text`: its path. Raises `InvalidCiTargets`."""
    try:
        path = expanded(text).absolute()
        content = read_bytes(path)
    except OSError as error:
        raise InvalidCiTargets(f"names {text}, which cannot be read ({error.strerror or error}).") from None
    if len(content) > _MAX_FILE_BYTES:
        raise InvalidCiTargets(f"names {text}, which is larger than {_MAX_FILE_BYTES // 1024} KB.")
    try:
        value = read_mapping(content.decode("utf-8"), text)
        return CiTargets(tuple(_File.model_validate(value).targets))
    except UnicodeDecodeError:
        raise InvalidCiTargets(f"names {text}, which is not text in UTF-8.") from None
    except DefinitionError as error:
        problem = f"{error.problem} {error.remedy}"
        raise InvalidCiTargets(f"names {error.file}, which has a mistake: {problem}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "its top"
        what = _PROBLEMS.get(first["type"], first["msg"].removeprefix("Value error, ").rstrip("."))
        raise InvalidCiTargets(f"names {text}, which has an invalid value at {place}: {what}.") from None
