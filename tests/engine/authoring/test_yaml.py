"""Workflows as YAML: they run like any other, and each mistake has its line and column."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import DefinitionErrors, Engine, QueryChange, StaticPeople, Workflow
from engine.authoring.dict_form import from_dict
from engine.authoring.file_services import offered
from engine.authoring.loader import load
from engine.compiler.yaml_terms import in_yaml
from engine.errors import DefinitionError
from engine.testing import Harness

SERVICES = """
from pydantic import BaseModel


class Order(BaseModel):
    item: str = "lamp"


class Offer(BaseModel):
    price: float = 120
    field: str = "health"


class Desk:
    async def find(self, data: Order) -> Offer:
        return Offer()

    def buy(self, data: Offer) -> str:
        return f"bought for {data.price:g}"


class NeedsArguments:
    def __init__(self, name: str) -> None: ...


desk = Desk()
"""
FLOW = """\
# yaml-language-server: $schema=workflow.schema.json
id: purchase
name: A purchase
owner: "@platform"
input: shop_desk:Order
triggers:
  - cron: "0 2 * * *"
    tz: Europe/Berlin
    input: {item: fan}
services:
  Desk: shop_desk:Desk
tasks:
  - {id: find, service: Desk, action: find, retry: {attempts: 3, retry_on: [ConnectionError]}}
  - id: board
    approval:
      ask: Buy for {find.price}?
      show: [find.price]
      approvers: ["@board"]
      expires: 2d
      when: find.price > 100
  - id: buy
    service: Desk
    action: buy
    timeout: 5m
    when: find.field in ["health", "culture"] && (board.approved || board.skipped)
"""
LAUGHS = "l0: &l0 [x]\n" + "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
BOARD = StaticPeople(groups={"board": ["U1"]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop_desk.py").write_text(SERVICES, encoding="utf-8")
    return tmp_path


def write(folder: Path, text: str, name: str = "purchase.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


async def mistake(file: Path) -> tuple[str, DefinitionError]:
    """Return the place of the only mistake, without the folder, and the mistake."""
    try:
        load([file])
        with pytest.raises(DefinitionErrors) as caught:
            async with Harness(file):
                pass
        (error,) = caught.value.errors
    except DefinitionErrors as several:
        (error,) = several.errors
    except DefinitionError as single:
        error = single
    return str(error.file).removeprefix(f"{file}:"), error


async def test_a_yaml_file_runs_with_its_services_models_and_conditions(folder: Path) -> None:
    async with Harness(write(folder, FLOW), people=BOARD) as harness:
        run = await harness.start("purchase", {"item": "lamp"})
        await harness.decide("board", "approve", as_user="U1")
        assert await harness.output(run, "buy") == "bought for 120"
        (schedule,) = await harness.engine.schedules()
        assert schedule.description == "daily at 02:00 Europe/Berlin"
        assert harness.engine.workflow("purchase").title == "A purchase"


async def test_python_dict_and_yaml_make_the_same_definition(folder: Path) -> None:
    (found,) = load([write(folder, FLOW)])
    assert not isinstance(found.workflow, Workflow)
    plain = {**found.workflow, "tasks": [dict(task) for task in found.workflow["tasks"]]}
    registry = offered([found.module])
    async with Harness(found.workflow, registry=registry) as first:
        of_yaml = first.engine.workflow("purchase").definition
    async with Harness(plain, registry=registry) as second:
        assert second.engine.workflow("purchase").definition == of_yaml


RULES = """\
    retry:
      attempts: 2
      retry_on: [ConnectionError]
      alternative_on: [TimeoutError]
      ask_on: [shop_rules:SoldOut]
      fail_on: [ValueError, shop_rules:Closed]
      classify: shop_rules:classify
    alternative: {service: Desk, action: buy, retry: {retry_on: [shop_rules:SoldOut]}}
    undo: {service: Desk, action: give_back, retry: {retry_on: [OSError]}}
"""
CLASSES = """

class SoldOut(Exception): ...


class Closed(Exception): ...


def classify(error):
    return "1s" if "busy" in str(error) else None


class Broken(Desk):
    def buy(self, data: Offer) -> str:
        raise SoldOut

    def give_back(self, data: str) -> None: ...


Desk.give_back = Broken.give_back
"""


async def test_rules_of_a_retry_are_those_of_python(folder: Path) -> None:
    (folder / "shop_rules.py").write_text(SERVICES + CLASSES, encoding="utf-8")
    (found,) = load(
        [write(folder, FLOW.replace("    timeout: 5m\n", RULES).replace("shop_desk:", "shop_rules:"))]
    )
    assert not isinstance(found.workflow, Workflow)
    buy = found.workflow["tasks"][-1]
    names = {
        key: [each.__name__ for each in buy["retry"][key]] for key in buy["retry"] if key.endswith("_on")
    }
    assert names == {
        "retry_on": ["ConnectionError"], "alternative_on": ["TimeoutError"], "ask_on": ["SoldOut"],
        "fail_on": ["ValueError", "Closed"],
    }  # fmt: skip
    assert buy["retry"]["classify"](ValueError("busy")) == "1s"
    plain = {**found.workflow, "tasks": [dict(task) for task in found.workflow["tasks"]]}
    registry = offered([found.module])
    async with Harness(found.workflow, registry=registry) as first:
        of_yaml = first.engine.workflow("purchase").definition
    async with Harness(plain, registry=registry) as second:
        assert second.engine.workflow("purchase").definition == of_yaml


async def test_an_error_that_asks_the_owner_is_named_in_yaml(folder: Path) -> None:
    (folder / "shop_rules.py").write_text(SERVICES + CLASSES, encoding="utf-8")
    text = FLOW.replace("    timeout: 5m\n", "    retry: {attempts: 9, ask_on: [shop_rules:SoldOut]}\n")
    text = text.replace("shop_desk:Desk", "shop_rules:Broken").replace("shop_desk:", "shop_rules:")
    async with Harness(write(folder, text), people=BOARD) as harness:
        await harness.start("purchase", {"item": "lamp"})
        await harness.decide("board", "approve", as_user="U1")
        await harness.advance("1s")
        failures = [each for each in await harness.requests() if each.kind == "failure"]
        assert [(each.step, each.state) for each in failures] == [("buy", "open")]


def test_two_files_share_the_service_that_both_name(folder: Path) -> None:
    write(folder, FLOW)
    write(folder, FLOW.replace("id: purchase", "id: second"), "second.yaml")
    first, second = load([folder])
    assert first.module.services["Desk"] is second.module.services["Desk"]
    assert offered([first.module, second.module]).get("Desk") is first.module.services["Desk"]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("timeout: 5m", "timeout: 5 parsecs", "24:14", "timeout"),
        ("timeout: 5m", "timout: 5m", "24:5", "Did you mean timeout?"),
        ("expires: 2d", "expire: 2d", "19:7", "Did you mean expires?"),
        ("expires: 2d", "expires: soon", "19:16", "expires"),
        ("service: Desk\n", "service: Dusk\n", "22:14", "Did you mean Desk?"),
        ("action: buy", "action: bye", "23:13", "Did you mean buy?"),
        ("attempts: 3", "attempts: 0", "13:53", "attempts"),
        ("attempts: 3", "tries: 3", "13:53", "tries"),
        ("[ConnectionError]", "[ConectionError]", "13:77", "step find, "),
        (
            "[ConnectionError]",
            "[ConectionError]",
            "13:77",
            "retry_on names 'ConectionError', which is not a class of errors. Did you mean ConnectionError?",
        ),
        ("timeout: 5m", "retry: {fail_on: [Nope]}", "24:23", "is not the name of a Python object"),
        ("timeout: 5m", "retry: {classify: nope}", "24:23", "is not the name of a Python object"),
        ("timeout: 5m", "undo: {service: Desk, action: find}", "24:11", "step buy.undo"),
        (
            "timeout: 5m",
            "alternative: {service: Desk, action: find}",
            "24:18",
            "step buy.alternative",
        ),
        ('- cron: "', '- crn: "', "7:5", "names no kind of trigger. Use cron, every, "),
        ('- cron: "0 2 * * *"', "- type: schedule", "7:5", "The trigger has no 'cron'"),
        ('- cron: "0 2 * * *"', "- type: cronn", "7:11", "The trigger's type is 'cronn'"),
        ("  - id: buy\n", "  - buy\n  - id: buy\n", "21:5", "Task 3 is 'buy'. Write it as a dict."),
        ("- id: buy\n    service", "- service", "21:5", "Task 3 has no 'id'."),
        ("- id: buy\n", "- id: order\n    approval: {}\n", "23:5", "but has 'service'"),
        ("owner:", "ownr:", "4:1", "Did you mean owner?"),
        ('"@platform"', "platform", "4:8", "platform"),
        ("{item: fan}", "{itm: fan}", "9:13", "itm"),
        ('cron: "0 2', 'cron: "0 25', "7:11", "25"),
        ("shop_desk:Order", "shop_desk:Oder", "5:8", "Did you mean Order?"),
        ("shop_desk:Order", "shop_desk:Oder", "5:8", "workflow purchase, file"),
        ("shop_desk:Order", "shop_desk:Oder", "5:8", "input is shop_desk:Oder, but Oder is missing."),
        (
            "input: shop",
            'concurrency_key: "{input.size}"\ninput: shop',
            "5:1",
            "concurrency_key names input.size",
        ),
        (
            "- id: buy\n",
            "- id: find\n",
            "21:9",
            "The task has the id 'find', but the task in line 13 is already called",
        ),
        (
            "- id: buy\n",
            "- name: Find\n",
            "21:11",
            "has the name 'Find', but the task in line 13 is already called",
        ),
        ("shop_desk:Order", "shop_desk:desk", "5:8", "is not a Pydantic model"),
        ("shop_desk:Order", "Order", "5:8", "Write module:name"),
        (
            "shop_desk:Desk",
            "shop_dusk:Desk",
            "11:9",
            "services.Desk names the module shop_dusk, which cannot be imported",
        ),
        ("shop_desk:Desk", "shop_desk:NeedsArguments", "11:9", "Make an object in the module"),
        ("find.price > 100", "find.price >", "20:25", "Something is missing at the end"),
        ("find.price > 100", '"find.price > 1 and x"', "20:29", "and is not expected here"),
        ("find.price > 100", "fnd.price > 100", "20:7", "fnd"),
        ("find.price > 100", "find.prise > 100", "20:7", "Did you mean price?"),
        ("{find.price}?", "{find.prise}?", "16:7", "Did you mean price?"),
        (
            "id: find,",
            "id: find, id: found,",
            "13:16",
            "The key id is here twice; the first one is in line 13",
        ),
        ("  - id: buy", "  -id: buy", "21:3", "The file is not valid YAML"),
        ("action: buy", "action:\tbuy: x", "23:12", "The file is not valid YAML"),
        (
            "action: buy",
            "action: !!python/name:os.system",
            "23:13",
            "has the tag tag:yaml.org,2002:python/name",
        ),
        ("action: buy", "action: *nobody", "23:13", "undefined alias"),
        ("name: A purchase", "? [a]\n: 1", "3:3", "The key is not a text"),
    ],
)
async def test_a_mistake_is_named_with_line_and_column(
    folder: Path, old: str, new: str, place: str, words: str
) -> None:
    assert FLOW.count(old) >= 1
    at, error = await mistake(write(folder, new.join(FLOW.rsplit(old, 1))))
    assert (at, words in str(error)) == (place, True), str(error)


@pytest.mark.parametrize("order", [("query", "every"), ("every", "query")])
def test_a_query_with_an_interval_is_a_query(folder: Path, order: tuple[str, str]) -> None:
    values = {"query": '"SELECT id FROM orders WHERE id > :cursor"', "every": "1m"}
    first, second = (f"{key}: {values[key]}" for key in order)
    text = changed(FLOW, ('cron: "0 2 * * *"', first), ("tz: Europe/Berlin", f"{second}\n    url: ORDERS"))
    (found,) = load([write(folder, text.replace("    url: ORDERS", "    url: ORDERS\n    cursor: id"))])
    assert not isinstance(found.workflow, Workflow)
    (trigger,) = from_dict(found.workflow, offered([found.module]), "purchase.yaml").options.triggers
    assert isinstance(trigger, QueryChange)
    assert (trigger.every, trigger.cursor) == ("1m", "id")


def mistakes(file: Path) -> list[str]:
    """Return the place and the problem of each mistake that reading the file and its form tells."""
    try:
        for found in load([file]):
            assert not isinstance(found.workflow, Workflow)
            from_dict(found.workflow, offered([found.module]), str(file))
    except DefinitionErrors as several:
        return [f"{error.file}: {error.problem}".removeprefix(f"{file}:") for error in several.errors]
    return []


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = new.join(text.rsplit(old, 1))
    return text


async def test_independent_mistakes_are_told_together_each_at_its_place(folder: Path) -> None:
    form = changed(
        FLOW,
        ("name:", "nam:"),
        ('cron: "', 'crn: "'),
        ("attempts: 3", "tries: 3"),
        ("action: find", "action: fnd"),
        ("expires: 2d", "expire: 2d"),
        ("find.field in", "find.field im"),
        ("timeout: 5m", "timout: 5m\n    retries: 2"),
    )
    assert mistakes(write(folder, form)) == [
        "3:1: The workflow has 'nam', which is not an option here.",
        "7:5: The trigger has 'crn' first, which names no kind of trigger.",
        "13:52: retry has 'tries', which is not an option here.",
        "13:39: Desk has no action fnd.",
        "19:7: approval has 'expire', which is not an option here.",
        "24:5: Task 3 has 'timout', which is not an option here.",
        "25:5: Task 3 has 'retries', which is not an option here.",
    ]
    objects = changed(
        FLOW,
        ("shop_desk:Order", "shop_desk:Oder"),
        ("shop_desk:Desk", "shop_desk:Dusk"),
        ("[ConnectionError]", "[ConectionError, OSErorr]"),
    )
    assert [each.partition(",")[0] for each in mistakes(write(folder, objects))] == [
        "11:9: services.Desk is shop_desk:Dusk",
        "5:8: input is shop_desk:Oder",
        "13:77: retry_on names 'ConectionError'",
        "13:93: retry_on names 'OSErorr'",
    ]
    text = changed(
        FLOW, ("id: find,", "id: find, id: x,"), ("action: buy", "action: !!x buy"), ("name:", "[]:")
    )
    assert [each.partition(":T")[0][:20] for each in mistakes(write(folder, text))] == [
        "3:1: The key is not ", "13:16: The key id is", "23:13: The value has"
    ]  # fmt: skip


async def test_a_mistake_in_a_task_makes_none_in_the_tasks_after_it(folder: Path) -> None:
    text = changed(
        FLOW,
        ("action: find", "action: fnd"),
        ("when: find.price > 100", "when: {field: price, op: '>', value: 1}"),
    )
    assert mistakes(write(folder, changed(text, ("name:", "nam:")))) == [
        "3:1: The workflow has 'nam', which is not an option here.",
        "13:39: Desk has no action fnd.",
    ]
    text = changed(FLOW, ("owner:", "ownr:"), ("input: shop", "inptu: shop"), ("tasks:", "task:"))
    assert len(mistakes(write(folder, text))) == 3


async def test_ten_mistakes_of_a_file_are_told_and_the_others_counted(folder: Path) -> None:
    text = FLOW + "".join(f"  - {{id: t{number}, service: Dsk, action: buy}}\n" for number in range(13))
    told = mistakes(write(folder, text))
    assert len(told) == 11
    assert told[-1] == "36:24: And 3 more mistakes."


async def test_a_resource_that_nobody_declares_is_named_with_its_line(folder: Path) -> None:
    file = write(folder, FLOW.replace("timeout: 5m", "uses: banc"))
    async with Harness(file, people=BOARD) as harness:
        (error,) = harness.engine.linking_errors()
    assert (error.file, error.step) == (f"{file}:24:11", "buy")


@pytest.mark.parametrize(
    ("python", "yaml"),
    [
        ('Write it like "30s", or as a timedelta.', 'Write it like "30s".'),
        ("Retry(attempts='three').", "attempts is 'three'."),
        ("Retry(retry_on=()) names no error to retry.", "retry_on () names no error to retry."),
        ("Set `extra=True` in the model.", "Set `extra=True` in the model."),
        ("when= names find.prise, and Offer has none.", "when names find.prise, and Offer has none."),
        ("Give the trigger input={…}, or defaults.", "Give the trigger input: {…}, or defaults."),
        ('Write concurrency_key="{input.id}".', 'Write concurrency_key: "{input.id}".'),
        ("Write retry=Retry(attempts=3).", "Write retry: {attempts: 3}."),
        (
            'Write stages=[Stage("team", ["@dev"], quorum=2), …].',
            'Write stages: [{name: "team", approvers: ["@dev"], quorum: 2}, …].',
        ),
        (
            'Use Cron("0 2 * * *", tz="…"), Every("5m") or Webhook(…).',
            'Use {cron: "0 2 * * *", tz: "…"}, {every: "5m"} or {webhook: …}.',
        ),
        ("Leave it out, or write advisory=True.", "Leave it out, or write advisory: true."),
        ("ask is 'x=True', and owner is \"a=b\".", "ask is 'x=True', and owner is \"a=b\"."),
        ("Write find.price == 3.", "Write find.price == 3."),
    ],
)  # fmt: skip
def test_a_remedy_speaks_the_terms_of_yaml(python: str, yaml: str) -> None:
    assert in_yaml(python) == yaml


WORDS = st.lists(st.sampled_from(["Every(", "Stage(", ")", "name=", "x", " ", ",", "True", "2"])).map("".join)


@given(value=WORDS, quote=st.sampled_from("'\""))
@example(value="Every(x)", quote="'")
def test_a_quoted_value_in_a_remedy_stays_as_it_is(value: str, quote: str) -> None:
    quoted = f"{quote}{value}{quote}"
    assert in_yaml(f"when is {quoted}, which names no step.") == f"when is {quoted}, which names no step."


async def test_mistakes_of_a_yaml_file_are_told_in_its_terms(folder: Path) -> None:
    _, error = await mistake(write(folder, FLOW.replace("attempts: 3", "attempts: three")))
    assert error.problem == "attempts is 'three'."
    _, error = await mistake(write(folder, FLOW.replace("timeout: 5m", "timeout: soon")))
    assert error.remedy == 'Write it like "30s", "10m", "4h", "3d" or "1h30m".'


async def test_a_condition_in_a_block_has_its_column_in_words(folder: Path) -> None:
    text = FLOW.replace("when: find.price > 100", "when: >\n        find.price >")
    at, error = await mistake(write(folder, text))
    assert at == "20:13"
    assert "when, column 13: Something is missing at the end" in error.problem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "more than 20,000 values"),
        ("a: &a [*a]\n", "nested more than 40 deep"),
        ("a: " + "[" * 5000, "nested more than 40 deep"),
        ("a: " + "x" * 300_000, "more than 256 KiB"),
        ("- a\n- b\n", "The document is not a mapping"),
        ("id: a\ntasks: \x00\n", "which YAML does not allow"),
        ("%YAML 9.1\n---\na: 1\n", "The file is not valid YAML"),
    ],
    ids=["laughs", "loop", "depth", "size", "list", "control", "version"],
)
async def test_a_hostile_file_ends_as_a_named_mistake(folder: Path, text: str, words: str) -> None:
    at, error = await mistake(write(folder, text))
    assert words in str(error)
    assert at


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(folder: Path) -> None:
    (folder / "purchase.yaml").write_bytes(b"id: a\nname: \xff\ntasks: []\n")
    with pytest.raises(DefinitionErrors, match=r"purchase\.yaml:2: The file is not valid UTF-8"):
        load([folder])


def test_words_of_yaml_1_1_are_texts(folder: Path) -> None:
    text = "id: on\ntasks: []\ntrigger: {once: 2026-12-01, at: 12:30, x: no, y: 0o7, z: ~, t: true}\n"
    (found,) = load([write(folder, text)])
    assert not isinstance(found.workflow, Workflow)
    assert found.workflow["trigger"] == {
        "once": "2026-12-01", "at": "12:30", "x": "no", "y": "0o7", "z": None, "t": True
    }  # fmt: skip


def test_a_folder_takes_yaml_files_with_tasks_and_leaves_others_alone(folder: Path) -> None:
    write(folder, FLOW)
    write(folder, "services:\n  web: {image: x}\n", "compose.yaml")
    write(folder, "{{ not yaml", "template.yml")
    assert [found.name for found in load([folder])] == ["purchase"]


def test_a_file_holds_several_documents(folder: Path) -> None:
    text = f"{FLOW}---\n{FLOW.replace('id: purchase', 'id: second')}"
    assert [found.name for found in load([write(folder, text)])] == ["purchase", "second"]


async def test_a_module_beside_the_file_may_have_the_name_of_a_package_of_signoff(folder: Path) -> None:
    (folder / "engine.py").write_text(SERVICES, encoding="utf-8")
    file = write(folder, FLOW.replace("shop_desk:", "engine:"))
    async with Harness(file, people=BOARD) as harness:
        assert isinstance(harness.engine, Engine)
        assert (await harness.start("purchase", {})).workflow == "purchase"
