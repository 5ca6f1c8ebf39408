"""Personal data reaches steps, and is nowhere at rest."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, DefinitionErrors, InvalidInput, NotPossible, StaticPeople, Workflow
from engine.audit.personal_keys import PersonalKeys
from engine.compiler import compile_workflow
from engine.testing import Harness
from signoff import Personal
from tests.planted_personal import FORMS, INPUT, VALUE, WORKFLOW, found_below, found_in

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
ME = Actor("slack", "U1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "installation"
    made.mkdir()
    return made


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    file = tmp_path / "flow.py"
    file.write_text(WORKFLOW)
    return file


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    for form in FORMS:
        (tmp_path / "signoff.db-wal").write_bytes(b"\0\1" + form + b"\0")
        assert found_below(tmp_path)


async def test_planted_personal_data_is_nowhere_and_reaches_every_step(
    planted: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Harness(planted, people=PEOPLE, folder=folder) as harness:
        run = await harness.start("signup", INPUT)
        await harness.signal(run, "reply", {"phone": "+49 30 5550 7272"})
        await harness.run_until_idle()
        state = await harness.state(run)
        steps = {step.step: step for step in state.steps}
        assert {name: step.state for name, step in steps.items() if step.state != "succeeded"} == {
            "misfits": "waiting"
        }
        assert steps["greet"].output == "ok"
        failure = steps["misfits"].failure
        assert failure is not None
        assert failure.message == "the output of misfits does not fit its type at owner."
        assert {each.workflow for each in await harness.runs()} == {"signup", "invite"}
        assert len(await harness.runs("invite")) == 3
        for each in await harness.runs():
            assert found_in(str(await harness.state(each)).encode()) == []
        assert found_below(folder) == []
    assert found_below(folder) == []
    assert found_in(caplog.text.encode()) == []


async def test_a_run_can_be_repeated_with_a_sealed_input(planted: Path, folder: Path) -> None:
    async with Harness(planted, people=PEOPLE, folder=folder) as harness:
        first = await harness.start("invite", {"who": VALUE})
        again = await harness.start("invite", first.input)
        assert again.input == first.input
        assert (await harness.state(again)).run.state == "succeeded"
        PersonalKeys(folder / "keys").rotate()
        later = await harness.start("invite", first.input)
        assert later.input != first.input
        assert (await harness.state(later)).run.state == "succeeded"
        assert found_below(folder) == []


async def test_a_deleted_key_makes_values_unreadable_and_breaks_nothing_else(
    planted: Path, folder: Path
) -> None:
    keys = PersonalKeys(folder / "keys")
    async with Harness(planted, people=PEOPLE, folder=folder) as harness:
        first = await harness.start("signup", INPUT)
        (old,) = keys.keys()
        with pytest.raises(NotPossible, match="is the key that seals personal data now"):
            keys.forget(old.id)
        keys.rotate()
        keys.forget(old.id)
        await harness.signal(first, "reply", {"phone": "+49 30 5550 7272"})
        await harness.run_until_idle()
        greet = await harness.step(first, "greet")
        assert greet.failure is not None
        assert greet.attempt == 1
        assert f"the key {old.id} that sealed it is gone" in greet.failure.message
        with pytest.raises(NotPossible, match="is gone"):
            await harness.start("signup", first.input)
        assert (await harness.state(await harness.start("invite", {"who": VALUE}))).run.state == "succeeded"


async def test_errors_name_the_field_and_never_the_value(planted: Path) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"email": VALUE.replace("@", "")}, "email"),
        ({"email": [VALUE]}, "email"),
        ({**INPUT, "home": {"city": 3, "street": [VALUE]}}, "home.street"),
        ({**INPUT, "people": [{"name": VALUE}]}, "people.0.age"),
        ({**INPUT, "people": VALUE}, "people"),
        ({**INPUT, "phones": [[VALUE]]}, "phones.0"),
    ]
    async with Harness(planted, people=PEOPLE) as harness:
        for given, place in wrong:
            with pytest.raises(InvalidInput) as caught:
                await harness.engine.start("signup", given, actor=ME)
            assert place in str(caught.value)
            assert "Zabel" not in str(caught.value)
        with pytest.raises(InvalidInput, match="7 is not text"):
            await harness.engine.start("signup", {**INPUT, "plan": 7}, actor=ME)


async def test_a_sealed_value_is_taken_by_a_personal_field_alone(planted: Path) -> None:
    async with Harness(planted, people=PEOPLE) as harness:
        sealed = (await harness.start("invite", {"who": VALUE})).input["who"]
        with pytest.raises(InvalidInput, match="plan: has a sealed personal value"):
            await harness.engine.start("signup", {"email": VALUE, "plan": sealed}, actor=ME)
        forged = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
        with pytest.raises(NotPossible, match="Signoff did not seal it"):
            await harness.engine.start("signup", {"email": forged}, actor=ME)


HEAD = """
from pydantic import BaseModel
from signoff import *
class Home(BaseModel):
    street: str
class Signup(BaseModel):
    email: Personal[str]
    plan: str = "free"
    home: Personal[Home] | None = None
    many: Personal[list[str]] = []
class Bare(BaseModel):
    email: str
flow = Workflow("signup", owner="@ops", channel="#deploys", input=Signup{options})
other = Workflow("bare", owner="@ops", channel="#deploys", input=Bare)
@other.step
def ends() -> None: ...
@flow.step
def account(input: Signup) -> Signup:
    return input
"""


def _refused() -> Iterator[tuple[str, str, str]]:
    step = "@flow.step\ndef last"
    yield (
        "ask",
        'flow.approval("go", ask="Is {input.email} right?", approvers=["@ops"])',
        "ask names input.email",
    )
    for path in ("input", "input.email", "account", "account.email", "input.home.street"):
        shown = f'flow.approval("go", ask="Go?", approvers=["@ops"], show=["{path}"])'
        yield f"show {path}", shown, f"show names {path}, which is or holds personal data"
    yield "approvers", 'flow.approval("go", ask="Go?", approvers=["{input.email}"])', "names input.email"
    yield (
        "form",
        'flow.approval("go", ask="Go?", approvers=["@ops"], form=Form(Signup))',
        "The form has personal",
    )
    yield (
        "when",
        "@flow.step(when=account.output.email == 'x')\ndef last() -> None: ...",
        "compares account.email",
    )
    yield "a plain parameter", f"{step}(account: dict) -> None: ...", "The parameter account takes dict"
    yield "another model", f"{step}(account: Bare) -> None: ...", "The parameter account takes Bare"
    yield "a plain input", f"{step}(input: Bare) -> None: ...", "The parameter input takes Bare"
    yield "a command", 'flow.command("tell", ["echo", "{input.email}"])', "names input.email"
    yield (
        "a URL",
        'flow.http("tell", method="GET", url="https://a.example/{input.email}")',
        "names input.email",
    )
    yield "a child", 'flow.child("run", other, input={"email": "{input.email}"})', "input.email is"
    mapped = "@flow.step(each='input.many')\ndef last(one: str) -> None: ..."
    yield "each", mapped, "which is personal data as a whole"
    yield "part of a text", 'flow.child("run", other, input={"email": "x{input.email}"})', "names input.email"
    yield (
        "process",
        '@flow.step(run_in="process")\ndef last(account: Signup) -> None: ...',
        'run_in="process" does not go with personal data',
    )
    yield (
        "rows",
        "@flow.step(quality=Quality(row=Signup, reject_over=1))\ndef last() -> list[Signup]: ...",
        "The rows of quality have personal data",
    )


@pytest.mark.parametrize(("case", "text", "said"), list(_refused()), ids=lambda each: str(each)[:20])
async def test_a_place_that_cannot_seal_or_mask_is_refused_at_load(
    case: str, text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "flow.py"
    file.write_text(HEAD.format(options="") + text + "\n")
    with pytest.raises(DefinitionErrors) as caught:
        async with Harness(file, people=PEOPLE):
            pass
    assert said in str(caught.value), case


@pytest.mark.parametrize(
    ("options", "before", "after", "said"),
    [
        (', concurrency_key="{{input.email}}"', "", "", "concurrency_key names input.email"),
        (', result="{{account.email}}"', "", "", "result names account.email"),
        (', triggers=[Cron("0 9 * * *", input={{"email": "a@b.c"}})]', "", "", "gives input.email"),
        ("", "email: Personal[str]\n", "email: Personal[str] = 'a@b.c'\n", "with a default or an example"),
    ],
)
async def test_a_workflow_that_would_store_personal_data_is_refused(
    options: str, before: str, after: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "flow.py"
    file.write_text(
        HEAD.replace("{options}", options.replace("{{", "{").replace("}}", "}")).replace(before, after)
    )
    with pytest.raises(DefinitionErrors) as caught:
        async with Harness(file, people=PEOPLE):
            pass
    assert said in str(caught.value)


_OWNER = "owner: Personal[str]\n    "
OWN_SERIALIZERS = {
    "of the field": f"{_OWNER}@field_serializer('owner')\n    def own(self, value): return value",
    "plain": "owner: Annotated[Personal[str], PlainSerializer(str)]",
    "wrap": "owner: Annotated[Personal[str], WrapSerializer(lambda value, _: value)]",
    "of the model": f"{_OWNER}@model_serializer\n    def own(self): return {{'owner': self.owner}}",
    "around a model": "at: Annotated[Inner, PlainSerializer(lambda value: {'owner': value.owner})]",
    "around a list": "many: Annotated[list[Personal[str]], PlainSerializer(list)]",
    "of a model that holds itself": (
        f"{_OWNER}below: 'list[Account]' = []\n    @model_serializer(mode='wrap')\n"
        "    def own(self, rest): return {**rest(self), 'owner': self.owner}"
    ),
}
OWN_HEAD = """
from typing import Annotated, Any
from pydantic import (
    BaseModel, PlainSerializer, SerializeAsAny, WrapSerializer, field_serializer, model_serializer
)
from signoff import Personal, Retry, Workflow
class Signup(BaseModel):
    email: Personal[str]
class Inner(BaseModel):
    owner: Personal[str]
flow = Workflow("signup", owner="@ops", channel="#deploys", input=Signup)
"""


@pytest.mark.parametrize("kind", OWN_SERIALIZERS)
async def test_a_serializer_that_would_store_personal_data_as_it_is_is_refused(
    kind: str, tmp_path: Path
) -> None:
    step = "@flow.step\ndef make(input: Signup) -> Account: ...\n"
    file = tmp_path / "flow.py"
    file.write_text(f"{OWN_HEAD}class Account(BaseModel):\n    {OWN_SERIALIZERS[kind]}\n{step}")
    with pytest.raises(DefinitionErrors, match="a serializer of its own would store as it is"):
        async with Harness(file, people=PEOPLE):
            pass


@pytest.mark.parametrize(
    ("declared", "returned"),
    [
        ("dict[str, Any]", '{"a": Inner(owner=input.email)}'),
        ("Any", "[Inner(owner=input.email)]"),
        ("Loose", "Loose(at=Inner(owner=input.email))"),
        ("Wide", "Wide(at=Derived(owner=input.email))"),
    ],
)
async def test_a_marked_field_where_the_type_does_not_say_so_is_not_stored(
    declared: str, returned: str, tmp_path: Path, folder: Path
) -> None:
    file = tmp_path / "flow.py"
    file.write_text(
        f"{OWN_HEAD}"
        "class Loose(BaseModel):\n    at: Any\n"
        "class Base(BaseModel):\n    number: int = 1\n"
        "class Derived(Base):\n    owner: Personal[str]\n"
        "class Wide(BaseModel):\n    at: SerializeAsAny[Base]\n"
        f"@flow.step(retry=Retry(attempts=1))\ndef make(input: Signup) -> {declared}: return {returned}\n"
    )
    async with Harness(file, people=PEOPLE, folder=folder) as harness:
        run = await harness.start("signup", {"email": VALUE})
        await harness.run_until_idle()
        failure = (await harness.step(run, "make")).failure
        assert failure is not None
        assert "it holds personal data where its type does not say so" in failure.message
        assert found_below(folder) == []


def test_a_default_of_a_model_that_holds_personal_data_is_refused() -> None:
    class Address(BaseModel):
        street: Personal[str]

    class Signup(BaseModel):
        default: str = "a field may have this name"
        address: Address = Address(street="Elm 1")

    made = Workflow("signup", owner="@ops", input=Signup)

    @made.step
    async def keep(input: Signup) -> None: ...

    with pytest.raises(DefinitionErrors, match=r"personal data in address with a default") as refused:
        compile_workflow(made)
    assert "in default" not in str(refused.value)
