"""Words for canaries."""

_STATES = {
    "running": "gets {share:g}% of the new runs that people and triggers start",
    "promoted": "was promoted: new runs that people and triggers start execute it",
    "rolled_back": "was rolled back: no new run executes it",
}


def candidate_state(state: str, share: float) -> str:
    """Return which new runs execute a candidate, as the end of a sentence."""
    return _STATES[state].format(share=share)
