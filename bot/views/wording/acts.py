"""Acts of people on a run, in words."""

_DID = {
    "pause": "Paused",
    "resume": "Resumed",
    "skip": "{title} skipped",
    "approve": "{title} approved",
    "reject": "{title} rejected",
    "request_changes": "Changes requested at {title}",
    "respond": "Response to {title}",
    "retry": "Retry of {title} chosen",
    "reroute": "Alternative of {title} chosen",
    "accept": "Rows of {title} that fit accepted",
    "abort": "Run aborted at {title}",
}


def did(act: str, title: str, priority: int | None) -> str:
    """Return an act in words, as in `Retry of Build chosen`. `title`: of its step; plain text."""
    if act == "priority":
        return f"Priority set to {priority}"
    return _DID.get(act, act).format(title=title)
