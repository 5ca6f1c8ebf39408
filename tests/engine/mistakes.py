"""Mistakes that an author makes in a workflow file, as data. The page of mistakes shows the message for each."""

# ruff: noqa: E501 - a text is read as one line

from dataclasses import dataclass

HEAD = """from datetime import timedelta
from pydantic import BaseModel
from signoff import *

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
    """A mistake and a text that contains it: below a valid head, or a complete file if `whole`."""

    what: str
    text: str
    flow: str = FLOW
    whole: bool = False

    @property
    def file(self) -> str:
        return self.text if self.whole else HEAD.replace("{flow}", self.flow) + self.text


REVISED = """@flow.step
async def plan() -> int:
    return 1

go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1h", after=[plan], revise=[plan])

@flow.step(when=go.approved)
async def act() -> None: ...
"""
FIRST_OF_TWO = 'first = flow.approval("first", ask="First?", approvers=["@ops"], expires="1h")\n\n'


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


def command(what: str, options: str) -> Mistake:
    """A mistake in a command."""
    return Mistake(what, f'flow.command("dump", {options})\n')


def http(what: str, options: str) -> Mistake:
    """A mistake in an HTTP step."""
    return Mistake(what, f'flow.http("send", {options})\n')


def sql(what: str, options: str) -> Mistake:
    """A mistake in an SQL step."""
    return Mistake(what, f'flow.sql("orders", {options})\n')


def decision(what: str, options: str) -> Mistake:
    """A mistake in a decision."""
    return Mistake(what, f'flow.decision("size", {options})\n')


def task(what: str, *tasks: str, options: str = "") -> Mistake:
    """A mistake in the dict form."""
    head = "class Desk:\n    def fetch(self) -> int:\n        return 1\n\n    def send(self, data: int) -> None: ...\n\n"
    inside = ", ".join(tasks or ('{"id": "fetch", "service": "Desk", "action": "fetch"}',))
    flow = f'flow = {{"id": "Daily", "owner": "@ops", {options}"tasks": [{inside}]}}\n'
    return Mistake(what, f'{head}services = {{"Desk": Desk()}}\n{flow}', whole=True)


FETCH = '{"id": "fetch", "service": "Desk", "action": "fetch"}'
SEND = '{"id": "send", "service": "Desk", "action": "send"}'

SUBJECTS: dict[str, list[Mistake]] = {
    "The file": [
    Mistake("syntax error", "x = (1,\n", whole=True),
    Mistake("import of a missing module", "import nowhere_to_be_found\n", whole=True),
    Mistake("misspelled name", "flow = Workflw('x')\n", whole=True),
    Mistake("exception when the file is read", "rates = {}\nprint(rates['eur'])\n", whole=True),
    Mistake("sys.exit in the file", "raise SystemExit(3)\n", whole=True),
    Mistake("os._exit in the file", "import os\nos._exit(0)\n", whole=True),
    Mistake("no workflow in the file", "x = 1\n", whole=True),
    Mistake("workflow inside a function", "from signoff import Workflow\n\ndef main():\n    flow = Workflow('flow', owner='@ops')\n", whole=True),
    Mistake("two workflows under one variable", "from signoff import Workflow\nflow = Workflow('one', owner='@ops')\n\n@flow.step\ndef act() -> None: ...\n\nflow = Workflow('two', owner='@ops')\n\n@flow.step\ndef do() -> None: ...\n", whole=True),
    Mistake("two workflows of one name", "from signoff import Workflow\na = Workflow('flow', owner='@ops')\n\n@a.step\ndef act() -> None: ...\n\nb = Workflow('flow', owner='@ops')\n\n@b.step\ndef do() -> None: ...\n", whole=True),
    Mistake("import of a name that signoff lacks", "from signoff import Workflw\n", whole=True),
    Mistake("import of a module that signoff lacks", "from signoff.workflow import Workflow\n", whole=True),
    Mistake("import of a name of another module of signoff", "from signoff import Harness\n", whole=True),
    Mistake("relative import", "from .helpers import rates\n", whole=True),
    Mistake("name that is not imported", "flow = Workflow('flow', owner='@ops')\n", whole=True),
    Mistake("variable of the environment that is not set", "import os\ntoken = os.environ['DESK_TOKEN_OF_NOBODY']\n", whole=True),
    Mistake("invalid default of a model", "from pydantic import BaseModel\n\nclass Rate(BaseModel):\n    eur: int\n\nrate = Rate(eur='x')\n", whole=True),
    Mistake("KeyboardInterrupt in the file", "raise KeyboardInterrupt\n", whole=True),
    ],
    "Options of a workflow": [
    flow("earlier input without its model", 'earlier_inputs=["v1"]'),
    flow("earlier input with the version 0", "earlier_inputs=[EarlierInput(0, dict, {})]"),
    flow("objectives that are a text", 'objectives="99%"'),
    flow("objectives without an objective", "objectives=Objectives()"),
    flow("objective that allows no failure", 'objectives=Objectives(success="100%")'),
    flow("objective that most runs may miss", 'objectives=Objectives(success="20%")'),
    flow("objective without a unit", 'objectives=Objectives(success="99%", p95=10)'),
    flow("objective longer than its window", 'objectives=Objectives(decide="3d", window="2d")'),
    flow("window of objectives that is too long", 'objectives=Objectives(success="99%", window="1y")'),
    flow("runs that no trigger starts", 'objectives=Objectives(start_every="2h")'),
    Mistake("name that is a number", "", 'flow = Workflow(3, input=Order, owner="@platform")'),
    Mistake("name of 300 letters", "", 'flow = Workflow("f" * 300, input=Order, owner="@platform")'),
    Mistake("input by position", "", 'flow = Workflow("flow", Order, owner="@platform")'),
    Mistake("owner without @", "", 'flow = Workflow("flow", input=Order, owner="platform")'),
    flow("title that is a number", "title=3"),
    flow("max_active_runs that is a bool", "max_active_runs=True"),
    flow("on_failure that is False", "on_failure=False"),
    flow("AskOwner that never ends", 'on_failure=AskOwner(expires="never")'),
    flow("may_run as one text with commas", 'may_run="@ops, @dev"'),
    flow("may_run that is a dict", 'may_run={"@ops": 1}'),
    Mistake("no owner", "from signoff import Workflow\nflow = Workflow('flow')\n", whole=True),
    Mistake("misspelled keyword of Workflow", "", 'flow = Workflow("flow", ownr="@platform")'),
    Mistake("no steps", "from signoff import Workflow\nflow = Workflow('flow', owner='@ops')\n", whole=True),
    Mistake("name with a space", "", 'flow = Workflow("my flow", input=Order, owner="@platform")'),
    Mistake("owner by display name", "", 'flow = Workflow("flow", input=Order, owner="Bob Lindqvist")'),
    Mistake("owner of another type", "", 'flow = Workflow("flow", input=Order, owner=3)'),
    Mistake("input that is a dict", "", 'flow = Workflow("flow", input={"item": str}, owner="@platform")'),
    Mistake("input without fields", "", 'flow = Workflow("flow", input=int, owner="@platform")'),
    flow("channel without #", 'channel="deploys"'),
    flow("channel of another type", "channel=7"),
    flow("max_active_runs of zero", "max_active_runs=0"),
    flow("max_active_runs that is too large", "max_active_runs=10**30"),
    flow("max_active_runs as a text", 'max_active_runs="2"'),
    flow("max_parallel_steps below one", "max_parallel_steps=-1"),
    flow("unknown overlap", 'max_active_runs=1, overlap="wait"'),
    flow("overlap that contradicts max_active_runs", 'max_active_runs=1, overlap="allow"'),
    flow("may_run by display name", 'may_run=["Bob"]'),
    flow("unknown on_failure", 'on_failure="ignore"'),
    flow("AskOwner without a unit", "on_failure=AskOwner(expires=4)"),
    Mistake("keyword of another tool", "", 'flow = Workflow("flow", owner="@platform", max_runs=2)'),
    flow("description that is a number", "description=3"),
    flow("result without a text", 'result=""'),
    flow("result with a path to a missing step", 'result="Done: {reprot.lines}"'),
    flow("result with a brace that is not closed", 'result="Done: {act"'),
    flow("result with a format", 'result="Done: {act:>3}"'),
    flow("misspelled keyword of AskOwner", 'on_failure=AskOwner(expire="4h")'),
    ],
    "Triggers": [
    flow("trigger that is a text", 'triggers=["0 2 * * *"]'),
    flow("impossible hour in cron", 'triggers=[Cron("0 25 * * *", input={"item": "x"})]'),
    flow("words as cron", 'triggers=[Cron("every day", input={"item": "x"})]'),
    flow("misspelled time zone", 'triggers=[Cron("0 2 * * *", tz="Europe/Berln", input={"item": "x"})]'),
    flow("cron that never fires", 'triggers=[Cron("0 0 31 2 *", input={"item": "x"})]'),
    flow("cron without the input it needs", 'triggers=[Cron("0 2 * * *")]'),
    flow("trigger input of another type", 'triggers=[Cron("0 2 * * *", input="x")]'),
    flow("interval without a unit", 'triggers=[Every(5, input={"item": "x"})]'),
    flow("interval in words", 'triggers=[Every("5 minuts", input={"item": "x"})]'),
    flow("the same trigger twice", 'triggers=[Every("5m", input={"item": "x"}), Every("300s", input={"item": "x"})]'),
    flow("unknown catchup", 'triggers=[Every("5m", catchup="maybe", input={"item": "x"})]'),
    flow("catchup_limit below one", 'triggers=[Every("5m", catchup_limit=0, input={"item": "x"})]'),
    flow("cron that is a number", 'triggers=[Cron(5, input={"item": "x"})]'),
    flow("four fields of cron", 'triggers=[Cron("* * * *", input={"item": "x"})]'),
    flow("time zone that is a number", 'triggers=[Cron("0 2 * * *", tz=2, input={"item": "x"})]'),
    flow("quiet as a text", 'triggers=[Every("5m", quiet="no", input={"item": "x"})]'),
    flow("interval of years", 'triggers=[Every("99999999d", input={"item": "x"})]'),
    flow("interval of too many weeks", 'triggers=[Every("99999999w", input={"item": "x"})]'),
    flow("negative interval", 'triggers=[Every("-5m", input={"item": "x"})]'),
    flow("catchup_limit that is too large", 'triggers=[Every("5m", catchup_limit=10**9, input={"item": "x"})]'),
    flow("cron of seconds", 'triggers=[Cron("* * * * * *", input={"item": "x"})]'),
    flow("interval of milliseconds", 'triggers=[Every("0.001s", input={"item": "x"})]'),
    flow("ISO interval", 'triggers=[Every("P1D", input={"item": "x"})]'),
    flow("unknown field in the input of a trigger", 'triggers=[Every("5m", input={"item": "x", "color": "red"})]'),
    ],
    "Steps": [
    step("generator", function="async def act(build: int) -> int:\n    yield 1"),
    step("call without await", function="async def act(input: Order) -> int:\n    return build(input)"),
    step("coroutine that is returned by a name", function="def act(input: Order) -> int:\n    found = build(input)\n    return found"),
    Mistake("decorator above the step", "def timed(function):\n    return function\n\n@timed\n@flow.step\nasync def act() -> None: ...\n"),
    step("long sleep", function="async def act(ctx: StepContext) -> None:\n    await ctx.sleep(2 * 3600)"),
    step("sleep without await", function="async def act(ctx: StepContext) -> None:\n    ctx.sleep(5)"),
    step("async call in a plain function", function="def act(input: Order) -> int:\n    return build(input)"),
    step("inner coroutine that is returned", function="async def act() -> int:\n    async def inner() -> int:\n        return 1\n    return inner()"),
    step("value declared and none returned", function="def act(build: int) -> int:\n    build + 1"),
    step("None where a number is expected", function="def act(build: int):\n    print(build)\n\n@flow.step\ndef use(act: int) -> None: ..."),
    step("positional-only parameter", function="async def act(build: int, /) -> None: ..."),
    step("parameter with a default", function="async def act(build: int = 3) -> None: ..."),
    step("setting as a parameter", function="async def act(build: int, mode: str = 'fast') -> None: ..."),
    step("context of another type", function="async def act(ctx: dict) -> None: ..."),
    step("step name that is a number", "name=3"),
    step("empty step name", 'name=""'),
    step("title of a step that is a number", "title=3"),
    step("name by position", '"act"'),
    Mistake("class as a step", "@flow.step\nclass Act: ...\n"),
    Mistake("partial as a step", "import functools\n\ndef act(build: int, mode: str) -> None: ...\n\nflow.step(functools.partial(act, mode='x'))\n"),
    Mistake("step decorator on a step", "@flow.step\n@flow.step\nasync def act() -> None: ...\n"),
    Mistake("plain decorator around an async step", "import functools\n\ndef logged(function):\n    @functools.wraps(function)\n    def inner(*args, **kwargs):\n        return function(*args, **kwargs)\n    return inner\n\n@flow.step\n@logged\nasync def act() -> None: ...\n"),
    step("timeout in words", 'timeout="4 hours"'),
    step("timeout without its last unit", 'timeout="1h30"'),
    step("timeout of zero", 'timeout="0s"'),
    step("timeout of a thousand years", 'timeout="999999d"'),
    step("attempts that are a bool", "retry=Retry(attempts=True)"),
    step("no backoff", "retry=Retry(delay=None)"),
    step("no errors to retry", "retry=Retry(retry_on=())"),
    step("after a condition", "after=[build.succeeded]"),
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
    Mistake("float where a dict is expected", "@flow.step\ndef rate() -> float: ...\n\n@flow.step\ndef act(rate: dict) -> None: ...\n"),
    Mistake("list where a dict is expected", "@flow.step\ndef rates() -> list[int]: ...\n\n@flow.step\ndef act(rates: dict[str, int]) -> None: ...\n"),
    Mistake("steps that wait for each other", "@flow.step\ndef a(b: int) -> int: ...\n\n@flow.step\ndef b(a: int) -> int: ...\n"),
    step("timeout without a unit", "timeout=30"),
    step("negative timeout", 'timeout="-5s"'),
    step("retry as a number", "retry=3"),
    step("no attempts", "retry=Retry(attempts=0)"),
    step("attempts as a text", 'retry=Retry(attempts="3")'),
    step("backoff without a unit", "retry=Retry(delay=5)"),
    step("backoff below one", "retry=Retry(backoff=0.5)"),
    step("longest wait below the first", 'retry=Retry(delay="10m", max_delay="1m")'),
    step("a deadline as short as the first wait", 'retry=Retry(delay="10m", deadline="10m")'),
    step("a timeout beyond the deadline", 'timeout="20m", retry=Retry(deadline="10m")'),
    step("errors by name", 'retry=Retry(retry_on=("OSError",))'),
    step("misspelled keyword of Retry", "retry=Retry(attempt=3)"),
    step("misspelled keyword of step", 'timeot="5s"'),
    step("unknown on_failure of a step", 'on_failure="skip"'),
    step("after a step that does not exist", 'after=["bild"]'),
    step("after something else", "after=[3]"),
    step("place to run that does not exist", 'run_in="thread"'),
    step(
        "rows that are checked in a process of its own",
        'run_in="process", quality=Quality(row=Order, reject_over="20%")',
        "async def act() -> list[Order]: ...",
    ),
    ],
    "Conditions": [
    step("condition that is a function", "when=lambda: True"),
    step("condition that is a bool", "when=True"),
    step("condition with and", "when=build.succeeded and build.failed"),
    step("condition with not", "when=not build.succeeded"),
    step("step instead of its output", "when=build"),
    step("comparison with a step", "when=build == 3"),
    Mistake("misspelled field in a condition", "class Made(BaseModel):\n    size: int\n\n@flow.step\ndef make() -> Made: ...\n\n@flow.step(when=make.output.sise > 3)\ndef act() -> None: ...\n"),
    step("chained comparison", "when=1 < build.output < 5"),
    step("condition with is", "when=build.output is None"),
    step("field without output", "when=build.size > 3"),
    step("arithmetic in a condition", "when=build.output + 1 > 3"),
    step("comparisons without parentheses", "when=build.output > 1 & build.output < 5"),
    step("test with parentheses after it", "when=build.succeeded()"),
    step("outcome of a step", "when=build.rejected"),
    step("condition as a text", 'when="go.approved"'),
    step("text compared with a number", 'when=build.output > "3"'),
    approval("value of an approval in a condition", "title='Go'", "@flow.step(when=go.value == 'x')\nasync def act(go: Outcome) -> None: ...\n"),
    approval("outcome of another value", 'choose=["eu", "us"]', "@flow.step\nasync def act(go: Outcome[int]) -> None: ...\n"),
    approval("value of an approval without a form", "title='Go'", "@flow.step\nasync def act(go: Outcome[str]) -> None: ...\n"),
    ],
    "Approvals": [
    approval("question that is an f-string", 'ask=f"Ship {build.output}?"'),
    approval("question with output in a path", 'ask="Ship {input.output.item}?"'),
    approval("question that lacks input", 'ask="Ship {item}?"'),
    approval("spaces in braces", 'ask="Ship { build }?"'),
    approval("approver without @", 'approvers=["ops"]'),
    approval("approvers in one text", 'approvers="@ops, @dev"'),
    approval("approvers that are a dict", 'approvers={"@ops": 1}'),
    approval("everybody who is here", 'approvers=["@here"]'),
    approval("mention as an approver", 'approvers=["<@U0123ABCD>"]'),
    approval("step as an approver", "approvers=build"),
    approval("empty quorum by group", "quorum={}"),
    approval("more rejections than people", 'approvers=["U1A", "U2A"], reject_quorum=3'),
    approval("one person in two stages", 'stages=[Stage("a", ["U1A"]), Stage("b", ["U1A"])]'),
    approval("stage without its name", 'stages=[Stage(["@dev"])]'),
    approval("escalation with its parts exchanged", 'escalate=[Escalate("@leads", "1h")]'),
    approval("replace as a text", 'escalate=[Escalate("1h", "@leads", replace="no")]'),
    approval("reminder of milliseconds", 'remind_every="0.001s"'),
    approval("thousands of reminders", 'remind_every="1s"'),
    approval("reminders without end", 'expires="never", remind_every="30s"'),
    approval("question that is too long", 'ask="x" * 20_000'),
    approval("thousands of approvers", 'approvers=[f"@team{n}" for n in range(2_000)]'),
    approval("expiry of years", 'expires="40000d"'),
    approval("reminder after the end", 'remind_every="8h"'),
    approval("on_expiry that is a list", 'on_expiry=["reject"]'),
    approval("self_approval as a text", 'self_approval="no"'),
    approval("holidays that are a text", 'working_hours=WorkingHours(holidays="2026-12-25")'),
    approval("options that are a dict", 'choose={"eu": "Europe", "us": "America"}'),
    approval("empty option", 'choose=["", "us"]'),
    approval("options that differ in a space", 'choose=["eu", "eu "]'),
    approval("multiple as a text", 'choose=Choose(["eu", "us"], multiple="no")'),
    approval("form options of a field that the form lacks", 'form=Form(Order, options={"price": "build"})'),
    approval("form options that are a list", 'form=Form(Order, options=["item"])'),
    approval("form defaults by an output", "form=Form(Order, defaults_from=build.output)"),
    approval("form that is not a model", "form=StepContext"),
    approval("confirm of two lines", 'confirm="a\\nb"'),
    approval("confirm that is None", "confirm=None"),
    approval("show that is a step in a list", "show=[build]"),
    approval("show that is a dict", 'show={"Item": "input.item"}'),
    approval("braces in show", 'show=["{input.item}"]'),
    approval("link to a step", 'show=[Link("Build", build)]'),
    Mistake("form defaults of another type", "class Made(BaseModel):\n    size: str\n\nclass Draft(BaseModel):\n    size: int\n\n@flow.step\ndef make() -> Made: ...\n\ngo = flow.approval('go', ask='Go?', approvers=['@ops'], expires='4h', form=Form(Draft, defaults_from=make))\n\n@flow.step(after=[go])\ndef act() -> None: ...\n"),
    Mistake("question by position", 'go = flow.approval("go", "Go?", approvers=["@ops"], expires="4h")\n'),
    Mistake("approval as a decorator", '@flow.approval("go", ask="Go?", approvers=["@ops"], expires="4h")\nasync def act() -> None: ...\n'),
    approval("no approvers", "approvers=[]"),
    approval("approver by display name", 'approvers=["Alice"]'),
    approval("approvers that are numbers", "approvers=[7]"),
    approval("no end", "expires=None"),
    approval("expires without a unit", "expires=4"),
    approval("expires in words", 'expires="4 hours or so"'),
    approval("never and nobody reminded", 'expires="never"'),
    approval("never, and an outcome at expiry", 'expires="never", remind_every="1d", on_expiry="reject"'),
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
    approval("one option to choose", 'choose=["eu"]'),
    approval("the same option twice", 'choose=["eu", "eu"]'),
    approval("options that are not a list", "choose=build"),
    approval("quorum of zero", "quorum=0"),
    approval("quorum that is too large", "quorum=10**30"),
    approval("question with half a character", 'ask="\\ud800?"'),
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
    approval("working_hours as a text", 'working_hours="9-17"'),
    approval("impossible hours", 'working_hours=WorkingHours("9", "17:00")'),
    approval("unknown risk", 'risk="medium"'),
    approval("count_leavers as a text", 'count_leavers="no"'),
    approval("one_time_code as a text", 'one_time_code="yes"'),
    approval("comment that is neither optional nor required", 'comment={"reject": "yes"}'),
    approval("comment that is a text", 'comment="required"'),
    approval("channel of an approval without #", 'channel="deploys"'),
    approval("revocable_for without a unit", "revocable_for=10"),
    approval("requester who names the approvers at high risk", 'approvers=["{input.item}"], risk="high"'),
    approval("veto by display name", 'veto=["Bob"]'),
    approval("keyword of approval in another tool", "min_approvals=2"),
    approval("window as a text", 'window="22:00"'),
    approval("window without a time zone", 'window=Window("22:00", "2h")'),
    approval("window at an impossible time", 'window=Window("25:00", "2h", tz="UTC")'),
    approval("window in an unknown time zone", 'window=Window("22:00", "2h", tz="Berlin")'),
    approval("window that lasts too long", 'window=Window("22:00", "2d", tz="UTC")'),
    approval("window on weekdays of a moment", 'window=Window("{input.item}", "2h", days="sat")'),
    approval("window that time approves", 'window=Window("22:00", "2h", tz="UTC"), on_expiry="approve"'),
    approval("window that guards nothing", 'window=Window("22:00", "2h", tz="UTC"), advisory=True'),
    approval("window shorter than revocable_for", 'window=Window("22:00", "5m", tz="UTC"), revocable_for="10m"'),
    approval("rounds without a step that runs again", "rounds=3"),
    approval("number of rounds out of bounds", "revise=[build], rounds=1, after=[build]"),
    approval("misspelled step to revise", 'revise=["biuld"]'),
    approval("number among the steps to revise", "revise=[3]"),
    approval("step to revise that does not come before", "revise=[build]"),
    Mistake("approval to revise", FIRST_OF_TWO + "go = flow.approval('go', ask='Go?', approvers=['@ops'], expires='1h', after=[first], revise=[first])\n\n@flow.step(when=go.approved)\nasync def act() -> None: ...\n"),
    Mistake("step to revise with an undo", REVISED.replace("@flow.step\n", "@flow.step(undo=lambda plan: None)\n", 1)),
    Mistake("step to revise that is a wait", REVISED.replace("after=[plan]", "after=[nap]").replace("go = ", "nap = flow.sleep('nap', '1h', after=[plan])\n\ngo = ", 1)),
    Mistake("step beside an approval that keeps an earlier result", REVISED + "\n@flow.step\nasync def announce(plan: int) -> None: ...\n"),
    Mistake("question of a gate in its definition", "from signoff import Gate\ngo = Gate('go', owner='@ops', approvers=['@ops'], ask='Go?')\n", whole=True),
    approval("misspelled keyword of approval", 'aprovers=["@ops"]'),
    approval("adjacent texts without a comma", 'approvers=["@ops" "@dev"]'),
    ],
    "What an approval guards": [
    approval("approval that guards nothing", "title='Go'", "@flow.step\nasync def act() -> None: ...\n"),
    approval("advisory, and a step that waits for it", "advisory=True"),
    approval("approval tested with .succeeded", "title='Go'", "@flow.step(when=go.succeeded)\nasync def act(go: Outcome) -> None: ...\n"),
    approval("condition that lets a rejection through", "title='Go'", "@flow.step(when=go.approved | build.succeeded)\nasync def act() -> None: ...\n"),
    approval("condition that lets an expiry through", "title='Go'", "@flow.step(when=~go.rejected)\nasync def act() -> None: ...\n"),
    ],
    "Commands": [
    command("command that is one text", '"pg_dump orders"'),
    command("value that chooses the program", '["{input.item}"]'),
    command("list as an argument", '["pg_dump", "{input}"]'),
    command("brace that holds no path", '["awk", "{print $1}"]'),
    command("credential in an argument", '["psql", "postgres://admin:hunter2hunter2@db/orders"]'),
    command("credential in the environment", '["psql"], env=["PGPASSWORD=hunter2hunter2"]'),
    command("value that chooses the folder", '["psql"], cwd="{input.item}"'),
    command("exit code that does not exist", '["psql"], exit_codes={300: "retry"}'),
    command("outcome of an exit code that does not exist", '["psql"], exit_codes={3: "again"}'),
    command("memory that is a text", '["psql"], memory_mb="2 GB"'),
    command("place of a command that does not exist", '["psql"], where="vm"'),
    command("path of a sandbox that is not absolute", '["psql"], where="sandbox", reads=["models"]'),
    task("command without arguments", '{"id": "dump", "command": {"env": ["PATH"]}}'),
    task("option of a step on a command", '{"id": "dump", "command": {"argv": ["psql"]}, "each": "input"}'),
    command("poll of a command", '["psql"], poll="2h"'),
    ],
    "HTTP steps": [
    http("value that chooses the host", '"https://{input.item}/x"'),
    http("space in the address", '"https://api.example.com/my items"'),
    http("body of a GET", '"https://api.example.com", json={"item": "{input.item}"}'),
    http("json beside a body", '"https://api.example.com", method="POST", json={}, body="x"'),
    http("credential in a header", '"https://api.example.com", headers={"Authorization": "Bearer hunter2hunter2"}'),
    http("secret header over http", '"http://api.example.com", secret_headers={"Authorization": "Bearer API_TOKEN"}'),
    http("value of a secret header", '"https://api.example.com", secret_headers={"Authorization": "hunter-2!"}'),
    http("outcome of a status that does not exist", '"https://api.example.com", statuses={404: "skip"}'),
    http("method that does not exist", '"https://api.example.com", method="FETCH"'),
    ],
    "SQL steps": [
    sql("value in a statement", '"ORDERS_DB", "SELECT 1 FROM orders WHERE item = {input.item}"'),
    sql("address instead of a variable", '"postgresql://shop:hunter2hunter2@db/orders", "SELECT 1"'),
    sql("change without write", '"ORDERS_DB", "DELETE FROM orders"'),
    sql("several statements", '"ORDERS_DB", "SELECT 1; SELECT 2"'),
    sql("parameter without a value", '"ORDERS_DB", "SELECT :id"'),
    sql("value without a parameter", '"ORDERS_DB", "SELECT 1", params={"id": 1}'),
    sql("parameter with a cast", '"ORDERS_DB", "SELECT :id::int", params={"id": 1}'),
    sql("poll of an SQL step", '"ORDERS_DB", "SELECT 1", poll="2h"'),
    ],
    "Decisions": [
    decision("no default", 'rules=[Rule("input.amount > 9", "big", reason="Many.")], default=""'),
    decision("no rules and no score", 'default="small"'),
    decision("rule without a reason", 'rules=[Rule("input.amount > 9", "big")], default="small"'),
    decision("condition on a field that does not exist", 'rules=[Rule("input.amuont > 9", "big", reason="Many.")], default="small"'),
    decision("condition on a step that does not exist", 'rules=[Rule("biuld.size > 9", "big", reason="Many.")], default="small"'),
    decision("condition that cannot be read", 'rules=[Rule("input.amount above 9", "big", reason="Many.")], default="small"'),
    decision("rule that an earlier one covers", 'rules=[Rule("input.amount > 9", "big", reason="Many."), Rule("input.amount > 99", "huge", reason="Very many.")], default="small"'),
    decision("rule that contradicts itself", 'rules=[Rule("input.amount > 9 && input.amount < 5", "odd", reason="Both.")], default="small"'),
    decision("points without thresholds", 'rules=[Rule("input.amount > 9", points=5, reason="Many.")], default="small"'),
    decision("outcome beside thresholds", 'rules=[Rule("input.amount > 9", "big", reason="Many.")], thresholds={"big": 5}, default="small"'),
    decision("two outcomes with one threshold", 'rules=[Rule("input.amount > 9", points=5, reason="Many.")], thresholds={"big": 5, "huge": 5}, default="small"'),
    decision("threshold that no points reach", 'rules=[Rule("input.amount > 9", points=5, reason="Many.")], thresholds={"big": 5, "huge": 50}, default="small"'),
    decision("thresholds that leave nothing for the default", 'rules=[Rule("input.amount > 9", points=5, reason="Many.")], thresholds={"big": 0}, default="small"'),
    decision("score without a margin", 'score="build", thresholds={"big": 0.7}, default="small"'),
    decision("score with one threshold for two outcomes", 'score="build", thresholds={"big": 0.7, "huge": 0.7}, margin=0.1, default="small"'),
    decision("score without thresholds", 'score="build", default="small"'),
    decision("score that is a text", 'score="input.item", thresholds={"big": 0.7}, margin=0.1, default="small"'),
    decision("recommendation for an outcome that it does not give", 'rules=[Rule("input.amount > 9", "big", reason="Many.")], default="small", recommends={"bgi": "reject"}'),
    decision("recommendation of another word", 'rules=[Rule("input.amount > 9", "big", reason="Many.")], default="small", recommends={"big": "rejected"}'),
    decision("recommendations that are a text", 'rules=[Rule("input.amount > 9", "big", reason="Many.")], default="small", recommends="reject"'),
    decision("group that is not a field of the input", 'rules=[Rule("input.amount > 9", "big", reason="Many.")], default="small", recommends={"big": "reject"}, groups=["amount"]'),
    decision("group of a field that does not exist", 'rules=[Rule("input.amount > 9", "big", reason="Many.")], default="small", recommends={"big": "reject"}, groups=["input.amuont"]'),
    decision("groups without recommendations", 'rules=[Rule("input.amount > 9", "big", reason="Many.")], default="small", groups=["input.amount"]'),
    Mistake("condition on an outcome that the decision does not give", 'size = flow.decision("size", rules=[Rule("input.amount > 9", "big", reason="Many.")], default="small")\n\n@flow.step(when=size.outcome == "bgi")\nasync def act() -> None: ...\n'),
    Mistake("field that a decision does not have", 'size = flow.decision("size", rules=[Rule("input.amount > 9", "big", reason="Many.")], default="small")\ngo = flow.approval("go", ask="Send {size.outcom}?", approvers=["@ops"], expires="4h")\n\n@flow.step\nasync def act(go: Outcome) -> None: ...\n'),
    ],
    "The dict form": [
    Mistake("no tasks", 'flow = {"id": "Daily", "owner": "@ops", "tasks": []}\n', whole=True),
    Mistake("no owner in a dict", 'flow = {"id": "Daily", "tasks": [{"id": "pause", "sleep": "1m"}]}\n', whole=True),
    Mistake("steps instead of tasks", 'flow = {"id": "Daily", "owner": "@ops", "steps": []}\n', whole=True),
    task("outcome that does not exist", FETCH, '{"id": "send", "service": "Desk", "action": "send", "when": {"task": "fetch", "is": "done"}}'),
    task("unknown key of a dict", options='"chanel": "#ops", '),
    task("task that names nothing to call", '{"id": "fetch", "action": "fetch"}'),
    task("unknown service", '{"id": "fetch", "service": "Dest", "action": "fetch"}'),
    task("unknown action", '{"id": "fetch", "service": "Desk", "action": "fetsh"}'),
    task("retry as a number in a dict", '{"id": "fetch", "service": "Desk", "action": "fetch", "retry": 3}'),
    task("unknown trigger type", options='"trigger": {"type": "cron"}, '),
    task("expires without a unit in a dict", FETCH, '{"id": "go", "approval": {"ask": "Go?", "approvers": ["@ops"], "expires": 4}}', SEND),
    task("gate that guards nothing", FETCH, '{"id": "go", "approval": {"ask": "Go?", "approvers": ["@ops"], "expires": "4h"}}'),
    Mistake("dict without an id", "flow = {'owner': '@ops', 'tasks': [{'id': 'pause', 'sleep': '1m'}]}\n", whole=True),
    Mistake("owner that is a list", 'flow = {"id": "Daily", "owner": ["@ops"], "tasks": [{"id": "pause", "sleep": "1m"}]}\n', whole=True),
    task("triggers that are a dict", options='"triggers": {"type": "manual"}, '),
    task("time zone that is a number in a dict", options='"trigger": {"type": "schedule", "cron": "0 2 * * *", "tz": 2}, '),
    task("unknown on_failure in a dict", options='"on_failure": "ask", '),
    task("unknown key of a task", '{"id": "fetch", "service": "Desk", "action": "fetch", "params": {}}'),
    task("first task that needs an output", SEND),
    task("approval with a service", FETCH, '{"id": "go", "service": "Desk", "action": "send", "approval": {"ask": "Go?", "approvers": ["@ops"], "expires": "4h"}}', SEND),
    task("comment that is a text in a dict", FETCH, '{"id": "go", "approval": {"ask": "Go?", "approvers": ["@ops"], "expires": "4h", "comment": "required"}}', SEND),
    task("operator that does not exist", FETCH, '{"id": "go", "approval": {"ask": "Go?", "approvers": ["@ops"], "expires": "4h", "when": {"field": "x", "op": "=", "value": 1}}}', SEND),
    ],
}  # fmt: skip
MISTAKES = [mistake for mistakes in SUBJECTS.values() for mistake in mistakes]
