"""A graph in DOT, the language of Graphviz."""

from bot.graphs.looks import JSON, START, State, lines_of, roots, shape_of, state_of, title_of

_STYLES = {"solid": "filled", "bold": "filled,bold", "dashed": "filled,dashed", "dotted": "filled,dotted"}


def dot(graph: JSON) -> str:
    lines = [
        f"digraph {_quoted(title_of(graph))} {{",
        "  rankdir=TB;",
        '  node [fontname="sans-serif"];',
        '  edge [fontname="sans-serif"];',
    ]
    for number, start in enumerate(graph["starts"]):
        lines.append(f"  s{number} [label={_quoted(start)}, shape={START.dot}];")
    for node in graph["nodes"]:
        label = _quoted("\n".join(lines_of(node)))
        lines.append(f"  {_quoted(node['name'])} [label={label}, shape={_shape(node)}{_style(node)}];")
    for number, _ in enumerate(graph["starts"]):
        lines += [f"  s{number} -> {_quoted(name)};" for name in roots(graph)]
    for edge in graph["edges"]:
        options = [f"label={_quoted(edge['label'])}"] if edge["label"] else []
        options += ["style=dashed"] if edge["kind"] != "data" else []
        options += ["constraint=false"] if edge["kind"] == "back" else []
        shown = f" [{', '.join(options)}]" if options else ""
        lines.append(f"  {_quoted(edge['source'])} -> {_quoted(edge['target'])}{shown};")
    return "\n".join([*lines, "}", ""])


def _shape(node: JSON) -> str:
    return shape_of(node).dot


def _style(node: JSON) -> str:
    state: State | None = state_of(node)
    if state is None:
        return ""
    return f', style="{_STYLES[state.border]}", fillcolor="{state.fill}", color="{state.line}"'


def _quoted(text: str) -> str:
    """Return a string of DOT: backslash and quotation mark escaped, without control characters."""
    lines = ["".join(sign if sign.isprintable() else " " for sign in line) for line in text.split("\n")]
    escaped = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    joined = "\\n".join(escaped)
    return f'"{joined}"'
