"""Everything that can be wrong with a workflow file, and the words for it."""

# ruff: noqa: E501 - a message is read as one line
from pathlib import Path

import pytest

from engine import DefinitionError, DefinitionErrors, Workflow
from engine.compiling import compile_workflow
from engine.load import load

HEAD = """from dataclasses import dataclass
from pydantic import BaseModel, Field
from engine import AskOwner, Cron, Every, Outcome, Retry, Settled, StepContext, Workflow


class Order(BaseModel):
    item: str
    amount: int = 1


flow = Workflow("flow", input=Order, owner="@platform"{options})


@flow.step
async def build(input: Order) -> int:
    return 1


"""


def errors_of(file: Path) -> list[DefinitionError]:
    (found,) = load([file])
    assert isinstance(found.workflow, Workflow)
    with pytest.raises(DefinitionErrors) as wrong:
        compile_workflow(found.workflow, str(file))
    return wrong.value.errors


@pytest.mark.parametrize(
    ("options", "body", "step", "words"),
    [
        pytest.param(
            "",
            "@flow.step\nasync def a(b: int) -> int: ...\n\n\n@flow.step\nasync def b(a: int) -> int: ...\n",
            "a",
            "Its steps wait for each other in a circle: a -> b -> a. Take one of these dependencies out.",
            id="cycle",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def release(bild: int) -> None: ...\n",
            "release",
            "The parameter bild is no step of this workflow. Did you mean build?",
            id="unknown parameter",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def release(release: int) -> None: ...\n",
            "release",
            "The parameter release is no step of this workflow but the step itself. There are: build, input, ctx.",
            id="takes itself",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def release(*build) -> None: ...\n",
            "release",
            "The parameter *build names no step. Name each step it needs, one by one.",
            id="star",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def release(build: str) -> None: ...\n",
            "release",
            "It takes build as str, and build gives int. Change the parameter's type, or what build returns.",
            id="contract",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def release(build: Settled[str]) -> None: ...\n",
            "release",
            "It takes build as Settled[str], and build gives int. Change the parameter's type, or what build returns.",
            id="contract settled",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def maybe() -> int | None: ...\n\n\n@flow.step\nasync def release(maybe: str | None) -> None: ...\n",
            "release",
            "It takes maybe as str | None, and maybe gives int | None. Change the parameter's type, or what maybe returns.",
            id="optional is needed",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def release(input: int) -> None: ...\n",
            "release",
            "Its parameter input takes int, and the workflow's input is Order. Make the two the same.",
            id="input of another type",
        ),
        pytest.param(
            "",
            '@flow.step\nasync def release(build: "Bild") -> None: ...\n',
            "release",
            "An annotation can't be read: name 'Bild' is not defined. Import the name it uses.",
            id="annotation",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def build(input: Order) -> int: ...\n",
            "build",
            "Another step is called build already. Give one of them another name=.",
            id="duplicate step",
        ),
        pytest.param(
            "",
            '@flow.step(name="go live!")\nasync def live() -> None: ...\n',
            "go live!",
            "'go live!' can't be a step's name. Use letters, digits, - and _; input and ctx have a meaning of their own.",
            id="step name",
        ),
        pytest.param(
            ', triggers=[Cron("0 25 * * *", input={"item": "x"})]',
            "",
            None,
            "A trigger is not right: The hour '25' is not right; it goes from 0 to 23, with lists 1,2, ranges 1-5 and steps */10. Mend it where the workflow is made.",
            id="cron hour",
        ),
        pytest.param(
            ', triggers=[Cron("every day", input={"item": "x"})]',
            "",
            None,
            "A trigger is not right: 'every day' has 2 fields; cron has five: minute, hour, day of month, month, weekday. Mend it where the workflow is made.",
            id="cron words",
        ),
        pytest.param(
            ', triggers=[Cron("0 2 * * *", tz="Europe/Berln", input={"item": "x"})]',
            "",
            None,
            "A trigger is not right: There is no time zone 'Europe/Berln'. Did you mean Europe/Berlin? Mend it where the workflow is made.",
            id="cron zone",
        ),
        pytest.param(
            ', triggers=[Cron("0 0 31 2 *", input={"item": "x"})]',
            "",
            None,
            "A trigger is not right: '0 0 31 2 *' never comes: there is no such day. Check day of month and month. Mend it where the workflow is made.",
            id="cron never",
        ),
        pytest.param(
            ', triggers=[Cron("0 2 * * *")]',
            "",
            None,
            "Its trigger cron:0 2 * * * gives an input that does not fit. The input of flow is invalid. item: is missing. Give it a value. Give the trigger input={…}, or the model's fields defaults.",
            id="cron input",
        ),
        pytest.param(
            ', triggers=[Every("5 minuts", input={"item": "x"})]',
            "",
            None,
            "A trigger is not right: '5 minuts' is not a duration; write it like 30s, 10m, 4h, 3d or 1h30m. Mend it where the workflow is made.",
            id="interval",
        ),
        pytest.param(
            ', triggers=[Every("5m", input={"item": "x"}), Every("300s", input={"item": "x"})]',
            "",
            None,
            "It has the trigger every:300 twice. Take one of them out.",
            id="same trigger twice",
        ),
        pytest.param(
            ', triggers=[Every("5m", missed="maybe", input={"item": "x"})]',
            "",
            None,
            "missed is 'maybe'. Use skip, latest or all.",
            id="missed",
        ),
        pytest.param(
            ", concurrency=0",
            "",
            None,
            "concurrency is 0. Give a whole number of at least 1, or leave it out.",
            id="concurrency",
        ),
        pytest.param(
            ', concurrency=1, overlap="wait"',
            "",
            None,
            "overlap is 'wait'. Use allow, skip or queue.",
            id="overlap",
        ),
        pytest.param(
            ', may_run=["Bob Lindqvist"]',
            "",
            None,
            "may_run names 'Bob Lindqvist', which is no group, channel or person. Write a group as @handle, everybody in a channel as #name, and a person as the member id (U…), never by display name.",
            id="owner",
        ),
        pytest.param(
            ', channel="deploys"',
            "",
            None,
            "'deploys' is not a channel. Write it as #name or as the channel's id (C…).",
            id="channel",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=[], expires="4h")\n',
            "go",
            'Nobody can answer it: it has no approvers. Give approvers=["@group"].',
            id="nobody",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=["@platform"])\n',
            "go",
            'It has no end: nothing says what happens when nobody answers. Give expires="4h" (and on_expiry=), or say expires="never" with remind_every=.',
            id="no end",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=["@platform"], expires="never")\n',
            "go",
            'It never expires and nobody is reminded. Give remind_every="1d", or an expiry.',
            id="never reminded",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=["Alice"], expires="4h")\n',
            "go",
            "approvers names 'Alice', which is no group, channel or person. Write a group as @handle, everybody in a channel as #name, and a person as the member id (U…), never by display name.",
            id="display name",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Ship {bild}?", approvers=["@platform"], expires="4h")\n',
            "go",
            "ask names bild, and this workflow has no step bild. Did you mean build?",
            id="ask names nothing",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Ship {input.itm}?", approvers=["@platform"], expires="4h")\n',
            "go",
            "ask names input.itm, and Order has no field itm. Did you mean item?",
            id="ask field",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Ship {input.item?", approvers=["@platform"], expires="4h")\n',
            "go",
            "ask: a brace is not closed; write {step.field}. Mend the text.",
            id="ask brace",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", show=["bild"], approvers=["@platform"], expires="4h")\n',
            "go",
            "show names bild, and this workflow has no step bild. Did you mean build?",
            id="show",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=["@platform"], expires="4h", on_expiry="maybe")\n',
            "go",
            "on_expiry is 'maybe'. Use approve or reject, or leave it out.",
            id="on_expiry",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=["@platform"], expires="4h", comment={"reject": "yes"})\n',
            "go",
            'comment has \'reject\': \'yes\'. Write comment={"approve" or "reject": "optional" or "required"}.',
            id="comment",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=["@platform"], expires="4 hours or so")\n',
            "go",
            "expires: '4 hours or so' is not a duration; write it like 30s, 10m, 4h, 3d or 1h30m. Mend the duration.",
            id="duration",
        ),
        pytest.param(
            "",
            '@flow.step(after=["bild"])\nasync def release() -> None: ...\n',
            "release",
            "after= names bild, which is no step of this workflow. Did you mean build?",
            id="after unknown",
        ),
        pytest.param(
            "",
            '@flow.step(when=build.succeeded)\nasync def one() -> None: ...\n\n\nfrom engine.refs import ApprovalRef\n\n\n@flow.step(when=ApprovalRef("build").approved)\nasync def release() -> None: ...\n',
            "release",
            "build is not an approval. Only approvals have an outcome.",
            id="when on no approval",
        ),
        pytest.param(
            "",
            "class Made(BaseModel):\n    size: int\n\n\n@flow.step\nasync def make() -> Made: ...\n\n\n@flow.step(when=make.output.sise > 3)\nasync def release() -> None: ...\n",
            "release",
            "when= names make.sise, and Made has no field sise. Did you mean size?",
            id="when field",
        ),
        pytest.param(
            "",
            "@flow.step(when=lambda: True)\nasync def release() -> None: ...\n",
            "release",
            "when= is a function, no condition. Use a test such as go_live.approved or build.output.size > 3.",
            id="when is no condition",
        ),
        pytest.param(
            "",
            "@flow.step(retry=Retry(attempts=0))\nasync def release() -> None: ...\n",
            "release",
            "Retry(attempts=0). Give a whole number from 1 to 1000.",
            id="retry",
        ),
        pytest.param(
            "",
            '@flow.step(retry=Retry(on=("OSError",)))\nasync def release() -> None: ...\n',
            "release",
            "Retry(on=('OSError',)) holds something that is no error class. Give a tuple such as (ConnectionError, TimeoutError).",
            id="retry on",
        ),
        pytest.param(
            "",
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=["@dev"], quorum="all", reject_quorum=2, expires="4h")\n',
            "go",
            "It needs everybody, so one no is enough, and reject_quorum is 2. Leave reject_quorum out, or give the quorum as a number.",
            id="reject_quorum",
        ),
        pytest.param(
            "",
            "from engine import Escalate\n"
            'go = flow.approval("go", advisory=True, ask="Go?", approvers=["@dev"], quorum="all", escalate=[Escalate("1h", "@leads")], expires="4h")\n',
            "go",
            "It needs everybody, and an escalation that asks more people makes them more. Write Escalate(…, replace=True), or give the quorum as a number.",
            id="everybody and more",
        ),
        pytest.param(
            "",
            '@flow.step(timeout="-5s")\nasync def release() -> None: ...\n',
            "release",
            "timeout: '-5s' is not a duration; write it like 30s, 10m, 4h, 3d or 1h30m. Mend the duration.",
            id="timeout",
        ),
        pytest.param(
            "",
            '@flow.step(on_failure="ignore")\nasync def release() -> None: ...\n',
            "release",
            "on_failure is 'ignore'. Use \"fail\" or AskOwner(…).",
            id="on_failure",
        ),
        pytest.param(
            "",
            "@flow.step\nasync def release() -> StepContext: ...\n",
            "release",
            "A type of this step can't be checked or stored as JSON (Cannot generate a JsonSchema for core_schema.CallableSchema). Use plain types or Pydantic models.",
            id="no json",
        ),
    ],
)
def test_it_is_named_with_its_remedy(
    tmp_path: Path, options: str, body: str, step: str | None, words: str
) -> None:
    file = tmp_path / "flow.py"
    file.write_text(HEAD.replace("{options}", options) + body, encoding="utf-8")
    (error,) = errors_of(file)
    assert (error.workflow, error.step) == ("flow", step)
    assert error.file is not None
    assert error.file.startswith(str(file))
    assert str(error).endswith(words)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    body = """go = flow.approval("go", advisory=True, ask="Go?", approvers=[])


@flow.step(timeout="soon")
async def release(bild: int) -> None: ...
"""
    file.write_text(HEAD.replace("{options}", ', channel="deploys"') + body, encoding="utf-8")
    found = errors_of(file)
    assert sorted((error.step or "", error.problem.split(":")[0]) for error in found) == [
        ("", "'deploys' is not a channel."),
        ("go", "It has no end"),
        ("go", "Nobody can answer it"),
        ("release", "The parameter bild is no step of this workflow."),
        ("release", "timeout"),
    ]
