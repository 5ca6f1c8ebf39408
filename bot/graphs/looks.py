"""How nodes look: a shape for each kind; a color, a border, a sign and a word for each state.

A picture in shades of gray tells as much: the sign, the word and the border differ too.
"""

from typing import Any, NamedTuple

from bot.views.wording import icons

JSON = dict[str, Any]
_MAX_RESOURCES = 3
"""Names of resources that a node shows; the others are counted."""


class Shape(NamedTuple):
    """`before`, `after`: the signs around a label in Mermaid. `word`: stands below the title."""

    before: str
    after: str
    dot: str
    word: str


class _Paint(NamedTuple):
    """`border`: `solid`, `dashed`, `dotted` or `bold`."""

    sign: str
    fill: str
    line: str
    border: str


class State(NamedTuple):
    """Look of a state: its paint, and the word that messages have for it too."""

    sign: str
    word: str
    fill: str
    line: str
    border: str


START = Shape("([", "])", "oval", "")
_MAPPED = Shape("[[", "]]", "box3d", "")
_SHAPES = {
    "step": Shape("[", "]", "box", ""),
    "command": Shape("[", "]", "box", "command"),
    "http": Shape("[", "]", "box", "HTTP"),
    "sql": Shape("[", "]", "box", "SQL"),
    "agent": Shape("[", "]", "box", "agent"),
    "tool": Shape("[", "]", "box", "tool"),
    "decision": Shape("[", "]", "box", "decision"),
    "approval": Shape("{{", "}}", "hexagon", "approval"),
    "wait": Shape("[/", "\\]", "trapezium", "wait"),
    "child": Shape("[/", "/]", "parallelogram", "child workflow"),
}
# The fonts of a picture lack ⏸️, the sign of what waits in messages: ‖ has the same two bars.
_PAINTS = {
    "pending": _Paint("○", "#ffffff", "#6b7280", "dashed"),
    "running": _Paint("▶", "#dbeafe", "#1d4ed8", "bold"),
    "retrying": _Paint("↻", "#ffedd5", "#c2410c", "dashed"),
    "waiting": _Paint("‖", "#fef3c7", "#92600a", "bold"),
    "paused": _Paint("◑", "#ede9fe", "#5b21b6", "dashed"),
    "succeeded": _Paint("✓", "#d1fae5", "#047857", "solid"),
    "failed": _Paint("✗", "#fecaca", "#991b1b", "bold"),
    "skipped": _Paint("»", "#f3f4f6", "#9ca3af", "dotted"),
    "compensated": _Paint("↶", "#e5e7eb", "#374151", "solid"),
    "rejected": _Paint("⊘", "#fee2e2", "#991b1b", "bold"),
    "expired": _Paint("!", "#ffedd5", "#9a3412", "dashed"),
    "changes_requested": _Paint("«", "#ffedd5", "#9a3412", "bold"),
    "responded": _Paint("”", "#ffedd5", "#9a3412", "bold"),
    "cancelled": _Paint("–", "#e5e7eb", "#6b7280", "dotted"),
}
# A node can be paused, and a step cannot.
_WORDS = icons.STEP_WORDS | {"paused": icons.RUN_WORDS["paused"]}
STATES = {
    name: State(paint.sign, _WORDS[name], paint.fill, paint.line, paint.border)
    for name, paint in _PAINTS.items()
}


def shape_of(node: JSON) -> Shape:
    """Return the shape of a node's kind; rounded, with the kind as its word, for a kind without one."""
    if node["mapped"]:
        return _MAPPED._replace(word=_SHAPES[node["kind"]].word if node["kind"] in _SHAPES else node["kind"])
    return _SHAPES.get(node["kind"]) or Shape("(", ")", "ellipse", str(node["kind"]))


def state_name(node: JSON) -> str | None:
    """Return the name of a node's state, with how a refused approval ended; None in a workflow's graph."""
    # A serving process of an earlier release says nothing of refusals.
    name: str | None = node.get("refusal") or node["state"]
    return name


def state_of(node: JSON) -> State | None:
    """Return the look of a node's state; None in the graph of a workflow."""
    name = state_name(node)
    if name is None:
        return None
    return STATES.get(name) or STATES["pending"]._replace(sign="?", word=str(name))


def lines_of(node: JSON) -> list[str]:
    """Return the lines that a node shows: title, kind, state, the resources it uses, and safeguards.

    Each has a line of its own, since a picture breaks a long one anywhere.
    """
    state = state_of(node)
    words = [shape_of(node).word, node.get("workflow", ""), "for each element" if node["mapped"] else ""]
    facts = [
        " ".join(filter(None, words)),
        f"{state.sign} {state.word}" if state else "",
        _uses(list(node.get("uses", ()))),
        *_safeguards(node),
    ]
    return [node["title"], *filter(None, facts)]


def _safeguards(node: JSON) -> list[str]:
    """Return what a step declares for when it is not ready, fails or is taken back.

    A serving process of an earlier release says nothing of it.
    """
    words = {"polls": "checked until ready", "alternative": "has an alternative", "undo": "has an undo"}
    return [word for option, word in words.items() if node.get(option)]


def _uses(names: list[str]) -> str:
    """`uses payments, ledger and 2 more`; empty without resources."""
    if not names:
        return ""
    left = len(names) - _MAX_RESOURCES
    return f"uses {', '.join(names[:_MAX_RESOURCES])}" + (f" and {left} more" if left > 0 else "")


def roots(graph: JSON) -> list[str]:
    """Return the nodes that start with the run."""
    later = {edge["target"] for edge in graph["edges"] if edge["kind"] != "back"}
    return [node["name"] for node in graph["nodes"] if node["name"] not in later]


def title_of(graph: JSON) -> str:
    return f"{graph['title']} {graph['run']}".strip()
