"""A graph as Mermaid text, which GitHub, GitLab and many editors draw."""

import re

from bot.graphs.looks import (
    JSON,
    START,
    STATES,
    State,
    lines_of,
    roots,
    shape_of,
    state_name,
    state_of,
    title_of,
)

_STROKES = {"solid": "2px", "bold": "4px", "dashed": "2px", "dotted": "2px"}
_DASHES = {"dashed": ",stroke-dasharray:6 4", "dotted": ",stroke-dasharray:2 3"}
_SHORT_LINE = 40
"""Characters of a line that a node has room for."""
# Everything else could end a label, or begin markup in it.
_UNSAFE = re.compile(r"[^\w .,:/()○▶↻‖◑✓✗»«↶–·→-]")


def mermaid(graph: JSON, *, spaced: bool = False) -> str:
    """Return the graph. `spaced`: short lines of a node have a margin, and are not broken."""
    ids = {node["name"]: f"n{number}" for number, node in enumerate(graph["nodes"])}
    lines = ["flowchart TB", f"  accTitle: {_plain(title_of(graph))}"]
    for number, start in enumerate(graph["starts"]):
        lines.append(f"  s{number}{START.before}{_quoted([start])}{START.after}")
    for node in graph["nodes"]:
        shape = shape_of(node)
        lines.append(
            f"  {ids[node['name']]}{shape.before}{_quoted(lines_of(node), spaced=spaced)}{shape.after}"
        )
    for number, _ in enumerate(graph["starts"]):
        lines += [f"  s{number} --> {ids[name]}" for name in roots(graph)]
    for edge in graph["edges"]:
        arrow = "-->" if edge["kind"] == "data" else "-.->"
        label = f"|{_quoted([edge['label']])}|" if edge["label"] else ""
        lines.append(f"  {ids[edge['source']]} {arrow}{label} {ids[edge['target']]}")
    used: dict[str, State] = {}
    for node in graph["nodes"]:
        if state := state_of(node):
            name = state_name(node)
            name = name if name in STATES else "other"
            used[name] = state
            lines.append(f"  class {ids[node['name']]} {name}")
    lines += [f"  classDef {name} {_style(state)}" for name, state in used.items()]
    return "\n".join(lines) + "\n"


def _style(state: State) -> str:
    width, dashes = _STROKES[state.border], _DASHES.get(state.border, "")
    return f"fill:{state.fill},stroke:{state.line},stroke-width:{width},color:#111827{dashes}"


def _quoted(lines: list[str], *, spaced: bool = False) -> str:
    texts = map(_one_line, lines)
    shown = [_spaced(text) if spaced and len(text) <= _SHORT_LINE else text for text in texts]
    return f'"{"<br/>".join(_UNSAFE.sub(_entity, line) for line in shown)}"'


def _spaced(text: str) -> str:
    return f"  {text}  ".replace(" ", "\u00a0")


def _entity(match: re.Match[str]) -> str:
    return f"#{ord(match[0])};"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Return the text without the signs that mean something in a title."""
    return re.sub(r"[^\w .,()-]", " ", _one_line(text))
