"""Mistakes that an author makes in a workflow file, as data. `docs/mistakes.md` has what is said to each."""

# ruff: noqa: E501 - a text is read as one line

from dataclasses import dataclass

HEAD = """from datetime import timedelta
from pydantic import BaseModel
from engine import *

class Order(BaseModel):
    item: str
    amount: int = 1

{flow}

@flow.step
async def build(input: Order) -> int:
    return 1

"""
FLOW = 'flow = Workflow("flow", input=Order, owner="@platform")'


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and the text that has it: below a right head, or a whole file where `whole`."""

    what: str
    text: str
    flow: str = FLOW
    whole: bool = False

    @property
    def file(self) -> str:
        return self.text if self.whole else HEAD.replace("{flow}", self.flow) + self.text


def flow(what: str, options: str) -> Mistake:
    """A mistake in the options of the workflow."""
    made = f'flow = Workflow("flow", input=Order, owner="@platform", {options})'
    return Mistake(what, "", made)


def step(what: str, options: str = "", function: str = "async def act() -> None: ...") -> Mistake:
    return Mistake(what, f"@flow.step{f'({options})' if options else ''}\n{function}\n")


def approval(what: str, options: str, rest: str = "") -> Mistake:
    """A mistake in the options of an approval that guards a step."""
    plain = {"ask": '"Go?"', "approvers": '["@ops"]', "expires": '"4h"'}
    missing = [f"{name}={value}" for name, value in plain.items() if f"{name}=" not in options]
    if "stages=" in options or "quorum={" in options:
        missing = [one for one in missing if not one.startswith("approvers")]
    text = f'go = flow.approval("go", {", ".join([*missing, options])})\n\n'
    return Mistake(what, text + (rest or "@flow.step\nasync def act(go: Outcome) -> None: ...\n"))


def task(what: str, *tasks: str, options: str = "") -> Mistake:
    """A mistake in the dict form."""
    head = "class Desk:\n    def fetch(self) -> int:\n        return 1\n\n    def send(self, data: int) -> None: ...\n\n"
    inside = ", ".join(tasks or ('{"id": "fetch", "service": "Desk", "action": "fetch"}',))
    flow = f'flow = {{"id": "Daily", "owner": "@ops", {options}"tasks": [{inside}]}}\n'
    return Mistake(what, f'{head}services = {{"Desk": Desk()}}\n{flow}', whole=True)


FETCH = '{"id": "fetch", "service": "Desk", "action": "fetch"}'
SEND = '{"id": "send", "service": "Desk", "action": "send"}'

MISTAKES = [
    # The file
    Mistake("syntax error", "x = (1,\n", whole=True),
    Mistake("import of a missing module", "import nowhere_to_be_found\n", whole=True),
    Mistake("misspelt name", "flow = Workflw('x')\n", whole=True),
    Mistake("exception when the file is read", "rates = {}\nprint(rates['eur'])\n", whole=True),
    Mistake("sys.exit in the file", "raise SystemExit(3)\n", whole=True),
    Mistake("no workflow in the file", "x = 1\n", whole=True),
    # The workflow
    Mistake("no owner", "from engine import Workflow\nflow = Workflow('flow')\n", whole=True),
    Mistake("misspelt keyword of Workflow", "", 'flow = Workflow("flow", ownr="@platform")'),
    Mistake("no steps", "from engine import Workflow\nflow = Workflow('flow', owner='@ops')\n", whole=True),
    Mistake("name with a space", "", 'flow = Workflow("my flow", input=Order, owner="@platform")'),
    Mistake("owner by display name", "", 'flow = Workflow("flow", input=Order, owner="Bob Lindqvist")'),
    Mistake("owner of another type", "", 'flow = Workflow("flow", input=Order, owner=3)'),
    Mistake("input that is a dict", "", 'flow = Workflow("flow", input={"item": str}, owner="@platform")'),
    Mistake("input without fields", "", 'flow = Workflow("flow", input=int, owner="@platform")'),
    flow("channel without #", 'channel="deploys"'),
    flow("channel of another type", "channel=7"),
    flow("concurrency of zero", "concurrency=0"),
    flow("concurrency as a text", 'concurrency="2"'),
    flow("parallel below one", "parallel=-1"),
    flow("unknown overlap", 'concurrency=1, overlap="wait"'),
    flow("overlap that contradicts concurrency", 'concurrency=1, overlap="allow"'),
    flow("may_run by display name", 'may_run=["Bob"]'),
    flow("unknown on_failure", 'on_failure="ignore"'),
    flow("AskOwner without a unit", "on_failure=AskOwner(expires=4)"),
    flow("misspelt keyword of AskOwner", 'on_failure=AskOwner(expire="4h")'),
    # Triggers
    flow("trigger that is a text", 'triggers=["0 2 * * *"]'),
    flow("impossible hour in cron", 'triggers=[Cron("0 25 * * *", input={"item": "x"})]'),
    flow("words as cron", 'triggers=[Cron("every day", input={"item": "x"})]'),
    flow("misspelt time zone", 'triggers=[Cron("0 2 * * *", tz="Europe/Berln", input={"item": "x"})]'),
    flow("cron that never comes", 'triggers=[Cron("0 0 31 2 *", input={"item": "x"})]'),
    flow("cron without the input it needs", 'triggers=[Cron("0 2 * * *")]'),
    flow("trigger input of another type", 'triggers=[Cron("0 2 * * *", input="x")]'),
    flow("interval without a unit", 'triggers=[Every(5, input={"item": "x"})]'),
    flow("interval in words", 'triggers=[Every("5 minuts", input={"item": "x"})]'),
    flow("the same trigger twice", 'triggers=[Every("5m", input={"item": "x"}), Every("300s", input={"item": "x"})]'),
    flow("unknown missed", 'triggers=[Every("5m", missed="maybe", input={"item": "x"})]'),
    flow("bound below one", 'triggers=[Every("5m", bound=0, input={"item": "x"})]'),
    # Steps
    step("parameter that names no step", function="async def act(bild: int) -> None: ..."),
    step("parameter that is the step itself", function="async def act(act: int) -> None: ..."),
    step("star parameter", function="async def act(*build) -> None: ..."),
    step("double-star parameter", function="async def act(**build) -> None: ..."),
    step("output of another type", function="async def act(build: str) -> None: ..."),
    step("Settled of another type", function="async def act(build: Settled[str]) -> None: ..."),
    step("input of another type", function="async def act(input: int) -> None: ..."),
    step("annotation that is not imported", function='async def act(build: "Bild") -> None: ...'),
    step("type without JSON", function="async def act() -> StepContext: ..."),
    step("the same step twice", function="async def build(input: Order) -> int: ..."),
    step("step name with a space", 'name="go live!"'),
    step("reserved step name", 'name="input"'),
    Mistake("lambda as a step", "act = flow.step(lambda build: build)\n"),
    Mistake("step that is not a function", "act = flow.step(3)\n"),
    Mistake("float where a dict is read", "@flow.step\ndef rate() -> float: ...\n\n@flow.step\ndef act(rate: dict) -> None: ...\n"),
    Mistake("list where a dict is read", "@flow.step\ndef rates() -> list[int]: ...\n\n@flow.step\ndef act(rates: dict[str, int]) -> None: ...\n"),
    Mistake("steps that wait for each other", "@flow.step\ndef a(b: int) -> int: ...\n\n@flow.step\ndef b(a: int) -> int: ...\n"),
    step("timeout without a unit", "timeout=30"),
    step("negative timeout", 'timeout="-5s"'),
    step("retry as a number", "retry=3"),
    step("no attempts", "retry=Retry(attempts=0)"),
    step("attempts as a text", 'retry=Retry(attempts="3")'),
    step("backoff without a unit", "retry=Retry(first=5)"),
    step("factor below one", "retry=Retry(factor=0.5)"),
    step("errors by name", 'retry=Retry(on=("OSError",))'),
    step("misspelt keyword of Retry", "retry=Retry(attempt=3)"),
    step("misspelt keyword of step", 'timeot="5s"'),
    step("unknown on_failure of a step", 'on_failure="skip"'),
    step("after a step that does not exist", 'after=["bild"]'),
    step("after something else", "after=[3]"),
    # Conditions
    step("condition that is a function", "when=lambda: True"),
    step("condition that is a bool", "when=True"),
    step("condition with and", "when=build.succeeded and build.failed"),
    step("condition with not", "when=not build.succeeded"),
    step("step instead of its output", "when=build"),
    step("comparison with a step", "when=build == 3"),
    Mistake("misspelt field in a condition", "class Made(BaseModel):\n    size: int\n\n@flow.step\ndef make() -> Made: ...\n\n@flow.step(when=make.output.sise > 3)\ndef act() -> None: ...\n"),
    # Approvals
    approval("no approvers", "approvers=[]"),
    approval("approver by display name", 'approvers=["Alice"]'),
    approval("approvers that are numbers", "approvers=[7]"),
    approval("no end", "expires=None"),
    approval("expires without a unit", "expires=4"),
    approval("expires in words", 'expires="4 hours or so"'),
    approval("never and nobody reminded", 'expires="never"'),
    approval("never and an outcome of silence", 'expires="never", remind_every="1d", on_expiry="reject"'),
    approval("unknown on_expiry", 'on_expiry="maybe"'),
    approval("reminder without a unit", "remind_every=60"),
    approval("empty question", 'ask=""'),
    approval("question that names no step", 'ask="Ship {bild}?"'),
    approval("question that names no field", 'ask="Ship {input.itm}?"'),
    approval("question that names a field of a number", 'ask="Pay {build.total}?"'),
    approval("brace that is not closed", 'ask="Ship {input.item?"'),
    approval("format specification in a question", 'ask="Pay {build:.2f}?"'),
    approval("show that names no step", 'show=["bild"]'),
    approval("show that is a number", "show=[3]"),
    approval("form that is a dict", "form={}"),
    approval("proposed without a form", "proposed=build"),
    approval("one option to choose", 'choose=["eu"]'),
    approval("the same option twice", 'choose=["eu", "eu"]'),
    approval("options that are not a list", "choose=build"),
    approval("options that are a list", 'options=["eu"]'),
    approval("quorum of zero", "quorum=0"),
    approval("quorum as a text", 'quorum="two"'),
    approval("more answers than people", 'approvers=["U1", "U2"], quorum=3'),
    approval("everybody, and two rejections", 'quorum="all", reject_quorum=2'),
    approval("everybody, and an escalation to more", 'quorum="all", escalate=[Escalate("1h", "@leads")]'),
    approval("approvers and stages", 'approvers=["@ops"], stages=[Stage("a", ["@dev"])]'),
    approval("stage that is a text", 'stages=["@dev"]'),
    approval("two stages of one name", 'stages=[Stage("a", ["@dev"]), Stage("a", ["@ops"])]'),
    approval("escalation that is a text", 'escalate=["@leads"]'),
    approval("escalation after the end", 'escalate=Escalate("5h", "@leads")'),
    approval("escalation without a unit", 'escalate=Escalate(30, "@leads")'),
    approval("escalation to nobody", 'escalate=Escalate("1h", [])'),
    approval("hours as a text", 'hours="9-17"'),
    approval("impossible hours", 'hours=Hours("9", "17:00")'),
    approval("unknown risk", 'risk="medium"'),
    approval("one_time_code as a text", 'one_time_code="yes"'),
    approval("comment that is neither", 'comment={"reject": "yes"}'),
    approval("comment that is a text", 'comment="required"'),
    approval("channel of an approval without #", 'channel="deploys"'),
    approval("undo without a unit", "undo=10"),
    approval("veto by display name", 'veto=["Bob"]'),
    approval("misspelt keyword of approval", 'aprovers=["@ops"]'),
    approval("adjacent texts without a comma", 'approvers=["@ops" "@dev"]'),
    # Guards
    approval("approval that guards nothing", "title='Go'", "@flow.step\nasync def act() -> None: ...\n"),
    approval("advisory, and a step that waits for it", "advisory=True"),
    approval("approval tested with .succeeded", "title='Go'", "@flow.step(when=go.succeeded)\nasync def act(go: Outcome) -> None: ...\n"),
    approval("condition that lets a rejection through", "title='Go'", "@flow.step(when=go.approved | build.succeeded)\nasync def act() -> None: ...\n"),
    approval("condition that lets silence through", "title='Go'", "@flow.step(when=~go.rejected)\nasync def act() -> None: ...\n"),
    # The dict form
    Mistake("no tasks", 'flow = {"id": "Daily", "owner": "@ops", "tasks": []}\n', whole=True),
    Mistake("no owner in a dict", 'flow = {"id": "Daily", "tasks": [1]}\n', whole=True),
    task("unknown key of a dict", options='"chanel": "#ops", '),
    task("task that names nothing to call", '{"id": "fetch", "action": "fetch"}'),
    task("unknown service", '{"id": "fetch", "service": "Dest", "action": "fetch"}'),
    task("unknown action", '{"id": "fetch", "service": "Desk", "action": "fetsh"}'),
    task("retry as a number in a dict", '{"id": "fetch", "service": "Desk", "action": "fetch", "retry": 3}'),
    task("unknown trigger type", options='"trigger": {"type": "cron"}, '),
    task("expires without a unit in a dict", FETCH, '{"id": "go", "approval": {"ask": "Go?", "approvers": ["@ops"], "expires": 4}}', SEND),
    task("gate that guards nothing", FETCH, '{"id": "go", "approval": {"ask": "Go?", "approvers": ["@ops"], "expires": "4h"}}'),
    task("operator that does not exist", FETCH, '{"id": "go", "approval": {"ask": "Go?", "approvers": ["@ops"], "expires": "4h", "when": {"field": "x", "op": "=", "value": 1}}}', SEND),
]  # fmt: skip
