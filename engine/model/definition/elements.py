"""Names of the elements of a mapped step: `send[17]` is the step run of the element with index 17."""

MAX_ELEMENTS = 100_000
"""Elements of one mapped step: each is a record in memory while its run is in motion."""
MAX_CHILD_RUNS = 1_000
"""Elements of one mapped child workflow: each is a run, with a message of its own."""
MAX_MAPPED_BYTES = 16_000_000
"""Limit of the outputs of all elements together, as JSON: readers take them as one list."""


ELEMENT = "element"
"""The name of an element in the input of a mapped child workflow, as in `{element.name}`."""


def element_name(step: str, index: int) -> str:
    return f"{step}[{index}]"


def is_element(name: str) -> bool:
    # No node's name has a bracket.
    return name[-1:] == "]"


def node_of(name: str) -> str:
    """Return the node of a step run: `send` for `send[17]`, and for `send`."""
    return name.partition("[")[0]


def index_of(name: str) -> int:
    return int(name.partition("[")[2][:-1])
