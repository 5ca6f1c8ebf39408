"""A graph in lines of text, for where no picture can be shown."""

from collections import defaultdict

from bot.graphs.looks import JSON, lines_of


def in_words(graph: JSON) -> list[str]:
    """Return a line for each node: its title, its kind and state, and the nodes after which it comes."""
    titles = {node["name"]: node["title"] for node in graph["nodes"]}
    before: dict[str, list[str]] = defaultdict(list)
    back: dict[str, list[str]] = defaultdict(list)
    for edge in graph["edges"]:
        if edge["kind"] == "back":
            back[edge["source"]].append(titles[edge["target"]])
            continue
        label = f" ({edge['label']})" if edge["label"] else ""
        before[edge["target"]].append(f"{titles[edge['source']]}{label}")
    return [
        " · ".join([f"{number}. {title}", *facts, *_after(before[node["name"]]), *_back(back[node["name"]])])
        for number, node in enumerate(graph["nodes"], 1)
        for title, *facts in [lines_of(node)]
    ]


def _after(names: list[str]) -> list[str]:
    return [f"after {', '.join(names)}"] if names else []


def _back(names: list[str]) -> list[str]:
    return [f"changes go back to {', '.join(names)}"] if names else []
