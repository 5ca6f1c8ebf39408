"""Gates: questions that scripts, pipelines and agents may ask, with approvers that the operator chose."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Unpack

from pydantic import BaseModel, ConfigDict, Field, field_validator

from engine.authoring.approval_options import ApprovalPolicy
from engine.authoring.keywords import check_keywords, keywords_of
from engine.authoring.workflow import Workflow
from engine.model.text.visible_text import is_blank

_FIRST_DESCRIPTION = "What is asked at a gate. Who asks on whose behalf is a claim that nobody has checked."


class Question(BaseModel):
    """Question to a gate. `on_behalf_of` is a claim of the caller, which Signoff does not check."""

    # The description is a part of every gate's version, which does not change with these words.
    model_config = ConfigDict(extra="forbid", json_schema_extra={"description": _FIRST_DESCRIPTION})

    question: str = Field(min_length=1, max_length=300)
    details: str = Field("", max_length=3000)
    link: str = Field("", max_length=1000, pattern=r"^(https?://\S+)?$", description="An http address")
    on_behalf_of: str = Field("", max_length=100)
    callback: str = Field("", max_length=1000)
    """Where the answer is told; the bot says which hosts may be called."""

    @field_validator("question")
    @classmethod
    def _can_be_read(cls, text: str) -> str:
        if is_blank(text):
            raise ValueError("it has no visible character")
        return text


class RevisedQuestion(Question):
    """Question to a gate at which approvers may request changes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"description": _FIRST_DESCRIPTION})

    revises: str = Field("", max_length=200, description="The request that this one asks again")
    """Id of the caller's own request of which an approver requested changes."""


class Gate(Workflow):
    """A workflow that is one question, which `signoff ask` and the API may open by its name.

    - `owner`, `channel`, `title`, `may_see`, `may_operate`: as of a `Workflow`.
    - `rounds`: how often the caller may ask at most, from 2 to 10, where approvers may request changes.
      Default: once, and nobody can request changes.
    - `respond`: approvers may respond with a text, which is neither yes nor no. The caller gets it as the
      answer. Default: False.
    - `ApprovalPolicy` lists the other options: who decides, how, and until when.
    """

    def __init__(
        self,
        name: str,
        *,
        owner: str,
        channel: str | None = None,
        title: str | None = None,
        may_see: Iterable[str] = (),
        may_operate: Iterable[str] = (),
        rounds: int | None = None,
        respond: bool = False,
        **policy: Unpack[ApprovalPolicy],
    ) -> None:
        check_keywords("Gate", policy, keywords_of(Gate.__init__), name)
        asks = Question if rounds is None else RevisedQuestion
        super().__init__(
            name,
            owner=owner,
            channel=channel,
            title=title,
            may_see=may_see,
            may_operate=may_operate,
            input=asks,
        )
        self.options = replace(self.options, gate=True)
        show = [
            ("Details", "input.details"),
            ("Link", "input.link"),
            ("On behalf of, unverified", "input.on_behalf_of"),
        ]
        self.approval("decision", ask="{input.question}", show=show, rounds=rounds, **policy)
        caller = sys._getframe(1)
        self.file = caller.f_code.co_filename
        self.location = f"{self.file}:{caller.f_lineno}"
        self.nodes = [
            replace(
                node,
                location=self.location,
                approval=node.approval and replace(node.approval, respond=respond),
            )
            for node in self.nodes
        ]
