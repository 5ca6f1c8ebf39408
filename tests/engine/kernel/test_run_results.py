"""A run that succeeded has a result: the author's text, or its last output. Links come with their step."""

from typing import Any

import pytest
from pydantic import BaseModel

from engine import DefinitionErrors, RunDetail, Workflow
from engine.compiler import compile_workflow
from engine.kernel.run_results import MAX_LINKS, produced_links
from engine.model.definition.graph import Graph
from engine.model.records.records import StepRecord
from engine.testing import Harness


class Ship(BaseModel):
    service: str = "billing"
    urgent: bool = False


class Built(BaseModel):
    version: str = "1.4.2"
    log: str = "https://ci.example.com/builds/17"


def shipping(result: str | None, output: Any = None) -> Workflow:
    flow = Workflow("shipping", owner="@ops", input=Ship, result=result)

    @flow.step
    async def build(input: Ship) -> Built:
        return Built()

    @flow.step(when=build.output.version != "1.4.2")
    async def hurry(build: Built) -> str:
        return "hurried"

    @flow.step
    async def announce(build: Built) -> dict[str, Any] | str | None:
        return output  # type: ignore[no-any-return]

    return flow


async def ended(flow: Workflow) -> RunDetail:
    async with Harness(flow) as harness:
        return await harness.state(await harness.start("shipping"))


async def test_result_is_the_authors_text_with_its_values() -> None:
    detail = await ended(shipping("Shipped {input.service} {build.version}: {announce}", "see *you* all"))
    assert detail.result is not None
    assert detail.result.text == 'Shipped billing 1.4.2: "see *you* all"'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("12 letters", "12 letters"), ("Köln, Bonn", "Köln, Bonn"), ("see *you* all", '"see *you* all"'),
        ("one\ntwo", '"one\ntwo"'), ('a "b" c', '"a \\"b\\" c"'), ("word " * 20, f'"{"word " * 20}"'),
        ("", "empty text"),
    ],
)  # fmt: skip
async def test_plain_words_in_the_authors_text_have_no_quotes(value: str, shown: str) -> None:
    detail = await ended(shipping("{announce} for {input.service}", value))
    assert detail.result is not None
    assert detail.result.text == f"{shown} for billing"


async def test_a_value_that_stands_alone_has_no_quotes() -> None:
    detail = await ended(shipping("{announce}", "It is out."))
    assert detail.result is not None
    assert detail.result.text == "It is out."


async def test_result_that_names_a_skipped_step_says_so() -> None:
    detail = await ended(shipping("Shipped, {hurry}"))
    assert detail.result is not None
    assert detail.result.text == ""
    assert detail.result.missing == "hurry was skipped. The text of the result needs its output."


async def test_without_a_text_the_last_output_is_the_result() -> None:
    detail = await ended(shipping(None, {"lines": 3}))
    assert detail.result is not None
    assert (detail.result.step, detail.result.value) == ("announce", {"lines": 3})
    detail = await ended(shipping(None, None))
    assert detail.result is not None
    assert detail.result.step == "build"


async def test_credentials_are_hidden_in_a_result() -> None:
    detail = await ended(shipping("{announce}", "password=hunter2hunter2 is set"))
    assert detail.result is not None
    assert detail.result.text == "password=[hidden] is set"


async def test_links_of_a_run_come_from_its_outputs() -> None:
    detail = await ended(shipping(None, {"page": "see https://example.com/a, and https://example.com/a."}))
    assert [(link.step, link.url) for link in detail.links] == [
        ("build", "https://ci.example.com/builds/17"),
        ("announce", "https://example.com/a"),
    ]


def graph() -> Graph:
    return Graph(compile_workflow(shipping(None)).definition)


def test_a_link_with_a_credential_is_withheld() -> None:
    output = ["https://bob:hunter2hunter2@example.com/", "https://example.com/?token=abcdefgh12345678", 7]
    links = produced_links(graph(), [StepRecord("r", "build", "succeeded", output=output)], ())
    assert [link.withheld for link in links] == [True, True]
    assert not any("hunter2" in link.url or "abcdefgh" in link.url for link in links)


def test_links_stop_at_their_bound_and_ignore_steps_that_failed() -> None:
    many = [f"https://example.com/{number}" for number in range(2 * MAX_LINKS)]
    failed = StepRecord("r", "try", "failed", output="https://example.com/failed")
    links = produced_links(graph(), [failed, StepRecord("r", "build", "succeeded", output=many)], ())
    assert [link.url for link in links] == many[:MAX_LINKS]


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        ("{biuld.version}", "result names biuld.version, but this workflow has no step biuld."),
        ("{build.verison}", "result names build.verison, but Built has no field verison."),
        ("{input.stage}", "result names input.stage, but Ship has no field stage."),
        ("{build", "result: a brace is not closed; write {step.field}."),
        ("  ", "result is '  '."),
    ],
)
def test_a_path_that_does_not_exist_is_refused(result: str, problem: str) -> None:
    with pytest.raises(DefinitionErrors) as refused:
        compile_workflow(shipping(result))
    assert problem in str(refused.value)


def test_a_definition_without_a_result_keeps_its_digest() -> None:
    definition = compile_workflow(shipping(None)).definition
    assert b'"result"' not in definition.canonical()
