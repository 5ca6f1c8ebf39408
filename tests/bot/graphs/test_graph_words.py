"""A graph in lines of text: each node with its kind, its state and what comes before it."""

from bot.graphs.words import in_words


def test_each_node_names_its_kind_its_state_and_what_it_comes_after() -> None:
    node = {"mapped": False, "state": None}
    nodes = [
        {**node, "name": "build", "title": "build", "kind": "step", "state": "succeeded"},
        {**node, "name": "go", "title": "Ship it?", "kind": "approval"},
        {**node, "name": "tell", "title": "tell", "kind": "step"},
    ]
    edges = [
        {"source": "build", "target": "go", "kind": "data", "label": ""},
        {"source": "build", "target": "tell", "kind": "data", "label": ""},
        {"source": "go", "target": "tell", "kind": "order", "label": "rejected"},
    ]
    assert in_words({"title": "ship", "run": "", "starts": [], "nodes": nodes, "edges": edges}) == [
        "1. build · ✓ done",
        "2. Ship it? · approval · after build",
        "3. tell · after build, Ship it? (rejected)",
    ]
