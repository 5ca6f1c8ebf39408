"""Reports of runs: what they say, and that no text of a run becomes markup in any format."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import BaseModel

from bot.reports import happenings
from bot.reports.document import Facts, Heading, Lines, Paragraph, Picture, Report, Table
from bot.reports.html_page import html_page
from bot.reports.markdown import markdown
from bot.reports.pdf import pdf
from bot.reports.reading import read_report
from bot.reports.typst_text import graph_of, typst_text
from bot.views.message import Names
from engine import Actor, EventRecord, Person, RunDetail, StaticPeople
from signoff import Fatal, Retry, StepContext, Workflow
from signoff.testing import Harness

ALICE, CAROL = "U01ALICE", "U03CAROL"
PEOPLE = StaticPeople(
    [Person(ALICE, "Alice"), Person(CAROL, "Carol")], groups={"managers": [CAROL], "platform": [CAROL]}
)
NAMES = Names({ALICE: "Alice", CAROL: "Carol"})


class Release(BaseModel):
    version: str
    note: str = ""


def ship() -> Workflow:
    flow = Workflow("ship", owner="@platform", channel="#deploys", input=Release)
    failed: list[str] = []

    @flow.step(retry=Retry(attempts=2, delay="0.01s"))
    async def build(input: Release, ctx: StepContext) -> str:
        ctx.log(f"building {input.version}")
        if not failed:
            failed.append(ctx.run_id)
            raise ConnectionError("the registry is <down>")
        return f"ship-{input.version}.tar"

    go = flow.approval(
        "go", ask="Ship {input.version}?", approvers=["@managers"], show=["build"], expires="4h"
    )

    @flow.step(when=go.approved)
    async def release(build: str) -> str:
        raise Fatal("the gateway is gone")

    return flow


@pytest.fixture
async def harness() -> AsyncIterator[Harness]:
    async with Harness(ship(), people=PEOPLE) as harness:
        yield harness


async def names_of(detail: RunDetail, actors: Sequence[Actor]) -> Names:
    return NAMES


async def decided_run(harness: Harness) -> str:
    """Return a run whose approval Carol gave, and whose release then failed."""
    run = await harness.engine.start("ship", {"version": "v1.4", "note": "a\nb"}, actor=Actor("slack", ALICE))
    await harness.advance("1m")
    await harness.decide("go", "approve", as_user=CAROL, comment="looks *good*")
    await harness.run_until_idle()
    return run.id


async def test_a_report_tells_what_was_asked_decided_and_done(harness: Harness) -> None:
    run = await decided_run(harness)
    text = markdown(await read_report(harness.engine, run, names_of))
    for said in (
        "- **State:** 🔴 failed, waits for @platform",
        "- **Started by:** Alice",
        "- **Version:** v1.4",
        "### Ship v1.4?",
        "- **Could decide:** @managers",
        "- **Build:** ship-v1.4.tar",
        "- **Outcome:** Approved, 20",
        r"| Carol | Approve | looks \*good\* | yes |",
        "| build | ✅ done |",
        "the gateway is gone",
        r"Attempt 1 of build failed, and was repeated: the registry is \<down\>",
        "building v1.4",
        "## Proof",
    ):
        assert said in text, said
    (approval,) = [each for each in (await harness.engine.detail(run)).requests if each.kind == "approval"]
    assert approval.coverage.digest in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "the code of ship changed",
            "go changed after people were asked, so they were asked again: the code",
        ),
        (
            "changes were requested at Plan",
            "Changes were requested at Plan, so people were asked again at go",
        ),
    ],
)
def test_a_report_says_why_people_were_asked_again(change: str, said: str) -> None:
    by, at = Actor("slack", CAROL), datetime(2026, 1, 5, tzinfo=UTC)
    data = {"changes": [change]}
    event = EventRecord(1, "request.outdated", at, by, "r1", "ship", "go", "q1", None, data)
    assert happenings.sentence(event, {}).startswith(said)


async def test_a_decision_that_does_not_count_is_said_to() -> None:
    flow = Workflow("vote", owner="@platform", channel="#deploys")
    flow.approval("go", ask="Go?", approvers=["@managers"], quorum=2, expires="4h", advisory=True)
    people = StaticPeople(groups={"managers": [CAROL, "U04DAVE"], "platform": [CAROL]})
    async with Harness(flow, people=people) as harness:
        run = await harness.start("vote")
        await harness.decide("go", "approve", as_user=CAROL)
        await harness.decide("go", "reject", as_user="U04DAVE", comment="no")
        text = markdown(await read_report(harness.engine, run.id, names_of))
    assert "| Carol | Approve |  | no |" in text
    assert "| U04DAVE | Reject | no | yes |" in text


async def test_the_newest_events_are_reported_and_the_others_counted(harness: Harness) -> None:
    run = await decided_run(harness)
    events, left_out = await harness.engine.run_events(run, ("step.started", "step.retrying"), 2)
    assert [event.type for event in events] == ["step.started", "step.started"]
    assert left_out == 2


class _Seen(HTMLParser):
    """The tags and the texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def of(text: str) -> Report:
    """Return a report that has this text in each of its parts."""
    line = " ".join(text.split("\n"))
    return Report(
        line,
        (
            Heading(line),
            Paragraph(line),
            Facts((("a", line), ("b", f"{text}\n{text}"))),
            Table(("h",), ((line,),)),
            Lines("log", (line,)),
            Picture("", (line,)),
        ),
    )


_CHARACTERS = st.one_of(
    st.sampled_from("<>&\"'`*_[](){}#|\\~!-+=.:@ \n1"),
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]),
)
TEXTS = st.text(_CHARACTERS, min_size=1, max_size=60).filter(
    lambda text: text.strip() == text and "  " not in text
)
ANY_TEXT = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


@given(TEXTS)
@example('<b>x</b> & "y"')
@ANY_TEXT
def test_no_text_becomes_markup_in_html(text: str) -> None:
    plain, odd = _Seen(), _Seen()
    plain.feed(html_page(of("x")))
    odd.feed(html_page(of(text)))
    assert odd.tags == plain.tags
    assert "".join(odd.texts).count(" ".join(text.split("\n"))) >= 6


@given(TEXTS)
@example("```")
@example("a\n````\nb")
@ANY_TEXT
def test_no_text_becomes_markup_in_markdown(text: str) -> None:
    read = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    shape = [token.type for token in read.parse(markdown(of("x")))]
    line = " ".join(text.split("\n"))
    tokens = read.parse(markdown(of(text)))
    assert [token.type for token in tokens] == shape
    inline = [token for token in tokens if token.type == "inline"]
    assert {child.type for token in inline for child in token.children or ()} <= {
        "text", "strong_open", "strong_close",
    }  # fmt: skip
    shown = ["".join(child.content for child in token.children or ()) for token in inline]
    assert [one for one in shown if line in one][:2] == [line, line]
    fences = [token.content for token in tokens if token.type == "fence"]
    assert fences == [f"{text}\n{text}\n", f"{line}\n"]


def test_a_pdf_shows_odd_texts_as_they_are(tmp_path: Path) -> None:
    odd = '#panic("x") \\ "quoted" *bold* $x$ @ref <label> // comment ⟦U+200B⟧ ' + "a" * 300
    content = pdf(typst_text(of(odd)), "")
    assert content.startswith(b"%PDF-")


@given(TEXTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_every_text_makes_a_pdf(text: str) -> None:
    assert pdf(typst_text(of(text)), "").startswith(b"%PDF-")


async def test_a_pdf_holds_the_graph(harness: Harness) -> None:
    report = await read_report(harness.engine, await decided_run(harness), names_of)
    graph = graph_of(report)
    assert graph.startswith("<svg")
    assert 'image("graph.svg"' in typst_text(report)
    assert (await asyncio.to_thread(pdf, typst_text(report), graph)).startswith(b"%PDF-")
