"""`signoff graph`: workflows and runs as Mermaid, DOT, SVG and PNG."""

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.cli.main import main
from bot.graphs.dot import dot
from bot.graphs.looks import STATES, lines_of, roots, shape_of
from bot.graphs.mermaid import mermaid
from bot.graphs.pictures import NoRenderer, available, svg
from bot.graphs.words import in_words
from engine import Alternative, Gate, Poll, Undo, Workflow
from engine.compiler import compile_workflow
from engine.kernel.drawing import drawing
from engine.model.people import Person, StaticPeople
from engine.testing import Harness

FLOW = """
from signoff import Every, Outcome, Resource, Settled, Workflow

ship = Workflow("ship", owner="@platform", channel="#deploys", triggers=[Every("6h")], on_failure="fail")


@ship.step
async def build() -> dict[str, int]:
    return {"risk": 3}


go = ship.approval("go", ask="Ship?", show=build, approvers=["@dev"], expires="4h", self_approval=True)


@ship.step(when=go.approved & (build.output.risk > 2))
async def release(build: dict[str, int], go: Outcome) -> str:
    return "live"


@ship.step(when=go.rejected, title='Tell "all" <b> of them')
async def tell() -> str:
    return "told"


@ship.step
async def note(release: Settled[str]) -> str:
    return "noted"


@ship.step(uses=[Resource("network", at_once=4)])
async def probe() -> str:
    raise RuntimeError("no route to the host")
"""
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Signoff:
    (tmp_path / "flow.py").write_text(FLOW, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capfdbinary.readouterr()
        return code, said.out.decode(errors="replace"), said.err.decode()

    return run


def node(**more: Any) -> dict[str, Any]:
    return {"name": "one", "title": "one", "kind": "step", "mapped": False, "state": None, **more}


def graph(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"title": "flow", "run": "", "starts": [], "nodes": list(nodes), "edges": []}


def test_a_workflow_is_drawn_from_its_file_without_a_database(signoff: Signoff, tmp_path: Path) -> None:
    code, out, err = signoff("graph", "ship")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "flowchart TB",
        "  accTitle: ship",
        '  s0(["every 6 h"])',
        '  n0["build"]',
        '  n1{{"go<br/>approval"}}',
        '  n2["release"]',
        '  n3["Tell #34;all#34; #60;b#62; of them"]',
        '  n4["note"]',
        '  n5["probe<br/>uses network"]',
        "  s0 --> n0",
        "  s0 --> n5",
        "  n0 --> n1",
        '  n0 -->|"risk is over 2"| n2',
        '  n1 -->|"approved"| n2',
        '  n1 -.->|"rejected"| n3',
        '  n2 -->|"however it ends"| n4',
    ]
    assert not (tmp_path / ".signoff").exists()


def test_a_run_is_drawn_with_the_state_of_each_step(signoff: Signoff) -> None:
    signoff("run", "ship")
    run = re.findall(r'"short": "(ship-\w+)"', signoff("runs", "--json")[1])[0]
    code, out, _ = signoff("graph", run)
    assert code == 0
    assert f"accTitle: ship {run}" in out
    for shown in (
        'n0["build<br/>✓ done"]',
        '["probe<br/>✗ failed<br/>uses network"]',
        "class n0 succeeded",
        "classDef failed ",
    ):
        assert shown in out


def test_a_name_of_no_workflow_and_no_run_is_refused_with_the_nearest(signoff: Signoff) -> None:
    assert signoff("graph", "shop")[::2] == (
        1,
        "error: There is no workflow called shop. Did you mean ship?\n",
    )
    signoff("run", "ship")
    assert "There is no run or workflow called shop. Did you mean ship?" in signoff("graph", "shop")[2]


def test_dot_escapes_titles_and_bears_shapes(signoff: Signoff) -> None:
    out = signoff("graph", "ship", "--format", "dot")[1]
    assert r'"tell" [label="Tell \"all\" <b> of them", shape=box];' in out
    assert r'"go" [label="go\napproval", shape=hexagon];' in out
    assert '"build" -> "release" [label="risk is over 2"];' in out
    assert out.count("{") == out.count("}") == 1
    hostile = node(title='x"];\n}\x1b[31m digraph \\')
    assert r'"one" [label="x\"];\n} [31m digraph \\", shape=box];' in dot(graph(hostile))


@pytest.mark.parametrize("title", ['a"] --> b', "a]\nclass n0 x", "#quot;", "`code`", "%% comment", "<i>"])
def test_a_title_cannot_end_its_label_in_mermaid(title: str) -> None:
    (line,) = [line for line in mermaid(graph(node(title=title))).splitlines() if line.startswith("  n0")]
    label = re.fullmatch(r'  n0\["([^"\]<>`%\n]*)"\]', line)
    assert label
    read = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label[1])
    assert read == " ".join(title.split())


def test_each_kind_of_node_has_a_shape_of_its_own_and_an_unknown_kind_its_word() -> None:
    nodes = [node(kind=kind) for kind in ("step", "approval", "wait", "child", "teleport")]
    nodes.append(node(mapped=True))
    assert len({shape_of(each).before + shape_of(each).after for each in nodes}) == 6
    assert len({shape_of(each).dot for each in nodes}) == 6
    assert 'n0("one<br/>teleport")' in mermaid(graph(node(kind="teleport")))


def test_states_differ_by_sign_and_word_so_that_gray_is_enough() -> None:
    assert len({state.sign for state in STATES.values()}) == len(STATES)
    assert len({state.word for state in STATES.values()}) == len(STATES)
    for state in STATES.values():
        fill = [int(state.fill[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        assert min(fill) > 0.7, "black text is readable on it"


def test_an_unknown_state_is_drawn_with_its_own_word() -> None:
    assert 'n0["one<br/>#63; dreaming"]' in mermaid(graph(node(state="dreaming")))


def test_json_is_written_to_the_named_file(signoff: Signoff, tmp_path: Path) -> None:
    printed = signoff("graph", "ship", "--format", "json")[1]
    for _ in range(2):  # a drawing can be made again, so it may be replaced
        code, out, _ = signoff("graph", "ship", "--format", "json", "--to", "ship.json")
        assert (code, out) == (0, "")
    assert (tmp_path / "ship.json").read_text(encoding="utf-8") == printed


def test_svg_and_png_are_drawn_by_the_optional_package(signoff: Signoff, tmp_path: Path) -> None:
    pytest.importorskip("mmdr")
    signoff("run", "ship")
    run = re.findall(r'"short": "(ship-\w+)"', signoff("runs", "--json")[1])[0]
    assert signoff("graph", run, "--format", "svg", "--to", "ship.svg")[0] == 0
    picture = ElementTree.fromstring((tmp_path / "ship.svg").read_bytes())
    text = " ".join(" ".join(picture.itertext()).split())
    for shown in ("build", "✓ done", "✗ failed", "approval", "however it ends", 'Tell "all" <b> of them'):
        assert shown in text
    assert signoff("graph", run, "--format", "png", "--to", "ship.png")[0] == 0
    assert (tmp_path / "ship.png").read_bytes().startswith(b"\x89PNG")


def test_an_svg_has_its_own_size_so_that_a_page_does_not_enlarge_it() -> None:
    pytest.importorskip("mmdr")
    picture = ElementTree.fromstring(svg(graph(node())))
    *_, width, height = picture.attrib["viewBox"].split()
    assert (picture.attrib["width"], picture.attrib["height"]) == (width, height)


def test_an_svg_has_a_background_so_that_it_can_be_read_on_a_dark_page() -> None:
    pytest.importorskip("mmdr")
    picture = ElementTree.fromstring(svg(graph(node())))
    behind = picture[0]
    assert behind.tag.endswith("rect")
    assert behind.get("fill") == "#ffffff"
    sides = " ".join(behind.get(side, "") for side in ("x", "y", "width", "height"))
    assert sides == picture.get("viewBox")


def test_without_the_optional_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mmdr", None)
    with pytest.raises(NoRenderer, match=r"pip install mmdr, or use --format mermaid"):
        svg(graph(node()))


def test_a_node_shows_the_resources_that_it_uses() -> None:
    assert 'n0["one<br/>‖ waiting<br/>uses bank"]' in mermaid(graph(node(state="waiting", uses=("bank",))))
    many = node(uses=["bank", "ledger", 'a"b', "x", "y"])
    assert r'[label="one\nuses bank, ledger, a\"b and 2 more", shape=box];' in dot(graph(many))
    if available():
        picture = ElementTree.fromstring(svg(graph(many)))
        assert "uses bank, ledger" in " ".join(" ".join(picture.itertext()).split())


def test_a_node_shows_its_undo_its_alternative_and_that_it_is_checked_until_it_is_ready() -> None:
    words = ["checked until ready", "has an alternative", "has an undo"]
    whole = node(undo=True, alternative=True, polls=True)
    assert "<br/>".join(['n0["one', *words]) + '"]' in mermaid(graph(whole))
    lines = "\\n".join(["one", *words])
    assert f'[label="{lines}", shape=box];' in dot(graph(whole))
    assert 'n0["one"]' in mermaid(graph(node(undo=False, alternative=False, polls=False)))


def test_the_drawing_of_a_workflow_has_its_undo_its_alternative_and_its_polling() -> None:
    flow = Workflow("flow", owner="@ops")

    def refund(pay: int) -> None: ...

    def pay_later() -> int:
        return 0

    @flow.step(undo=Undo(refund), alternative=Alternative(pay_later))
    def pay() -> int:
        return 1

    @flow.step(poll=Poll("1h"))
    def arrive(pay: int) -> int:
        return 2

    compiled = compile_workflow(flow)
    first, second = drawing(compiled.definition, compiled.graph).nodes
    assert (first.undo, first.alternative, first.polls) == (True, True, False)
    assert (second.undo, second.alternative, second.polls) == (False, False, True)


def test_a_child_workflow_is_drawn_with_the_workflow_that_it_runs() -> None:
    assert '"one<br/>child workflow build"' in mermaid(graph(node(kind="child", workflow="build")))
    mapped = mermaid(graph(node(kind="child", workflow="build", mapped=True)))
    assert 'n0[["one<br/>child workflow build for each element"]]' in mapped


@pytest.mark.parametrize(
    ("refusal", "line"),
    [
        ("", "✓ done"),
        ("rejected", "⊘ rejected"),
        ("expired", "! not answered in time"),
        ("changes_requested", "« sent back"),
    ],
)
def test_an_approval_that_was_refused_is_not_drawn_as_done(refusal: str, line: str) -> None:
    approval = node(kind="approval", state="succeeded", refusal=refusal)
    assert lines_of(approval) == ["one", "approval", line]
    text = mermaid(graph(approval))
    assert f"class n0 {refusal or 'succeeded'}" in text
    assert STATES[refusal or "succeeded"].fill in text


async def test_the_graph_of_a_run_says_how_its_approvals_ended() -> None:
    flow = Workflow("flow", owner="@ops")
    first = flow.approval("first", ask="Go?", approvers=["U1"], expires="1h")
    late = flow.approval("late", ask="Go on?", approvers=["U1"], expires="1h", on_expiry="reject")

    @flow.step(when=first.approved & late.approved)
    async def ship() -> int:
        return 1

    async with Harness(flow, people=StaticPeople([Person("U1", "U1")])) as harness:
        run = await harness.start("flow")
        asked = next(request for request in await harness.requests() if request.step == "first")
        await harness.decide(asked, "reject", as_user="U1", comment="not today")
        await harness.advance("2h")
        drawn = await harness.engine.run_drawing(run.id)
    assert {each.name: each.refusal for each in drawn.nodes} == {
        "first": "rejected",
        "late": "expired",
        "ship": "",
    }


def test_the_way_back_of_requested_changes_is_dashed_and_moves_no_step() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def plan() -> int:
        return 1

    go = flow.approval("go", ask="Go?", approvers=["U1"], expires="1h", show=plan, revise=[plan])

    @flow.step(when=go.approved)
    async def act(plan: int) -> int:
        return plan

    compiled = compile_workflow(flow)
    drawn = asdict(drawing(compiled.definition, compiled.graph))
    assert drawn["edges"][-1] == {"source": "go", "target": "plan", "kind": "back", "label": "changes"}
    assert roots(drawn) == ["plan"]
    assert '"go" -> "plan" [label="changes", style=dashed, constraint=false];' in dot(drawn)
    assert 'n1 -.->|"changes"| n0' in mermaid(drawn)
    first, second, _ = in_words(drawn)
    assert "after" not in first
    assert second.endswith("after plan · changes go back to plan")


async def test_the_graph_of_a_gate_that_was_sent_back_says_so() -> None:
    gate = Gate("ship", owner="@ops", approvers=["U1"], expires="1h", rounds=2)
    async with Harness(gate, people=StaticPeople([Person("U1", "U1")])) as harness:
        run = await harness.start("ship", {"question": "Ship?"})
        await harness.decide("decision", "request_changes", as_user="U1", comment="At night")
        drawn = await harness.engine.run_drawing(run.id)
    assert [each.refusal for each in drawn.nodes] == ["changes_requested"]


def test_a_label_keeps_its_distance_from_the_border() -> None:
    text = mermaid(graph(node(alternative=True)), spaced=True)
    assert "#160;#160;has#160;an#160;alternative#160;#160;" in text
