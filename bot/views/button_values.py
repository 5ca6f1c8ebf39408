"""Values of buttons: a version, an id and a word. Signoff trusts nothing but the id.

Buttons outlive releases. A change of the format gets a new version number here, and every older one
stays readable.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import RequestRecord

_VERSION = "1"
DECIDE, DETAILS_OF_REQUEST, DETAILS_OF_RUN = (
    "signoff:decide",
    "signoff:details:request",
    "signoff:details:run",
)
MORE, CANCEL_RUN, SHOW, LINK, START, CHANGE, TOGETHER, ASK = (
    "signoff:more", "signoff:cancel", "signoff:show", "signoff:link", "signoff:start", "signoff:change",
    "signoff:together", "signoff:ask",
)  # fmt: skip
CLAIM = "signoff:claim"
"""`claim`: the person who clicks is on it; `give-back`: not any more."""
GRANT = "signoff:grant"
"""`give`: opens the window about a grant, with the id of the request; `revoke` or
`revoke-listed`: ends a grant, with its id."""
BREAK_GLASS = "signoff:break-glass"
"""`open`: opens the window in which a named person approves alone."""
PERSONAL = "signoff:personal"
"""Reveals personal data of a run to the person who clicks: `after-40` begins after 40 values."""
CHOOSE = "signoff:choose"
"""A menu of workflows to run."""
FAILURE_MENU = "signoff:failure"
"""The rarer choices about a failure: `edit` the input and run again, `assign` it to oneself, words of `MUTE`.

Messages of earlier releases also have choices about one run, and `details`.
"""
MUTE = "signoff:mute"
"""Mutes the failure of a request, or ends that: `mute` for an hour, `mute-8h`, `mute-morning`, `mute-week`,
`unmute`."""
DECIDE_ALL = "signoff:decide-all"
"""Decides the open requests that the card of a failure counted. The id is that of its first request."""
HOME = "signoff:home"
"""Shows another part of the workflows in the Home: `mine-1`, `all-3`."""
UNKNOWN_REQUEST = (
    "This request is not yours to see or decide, or it is not here: it was deleted with its run, or belongs "
    "to another installation of Signoff."
)
MAX_VALUE_LENGTH = 2000
"""Limit of characters in a button's value."""
MAX_OPTION_LENGTH = 150


class UnknownButton(ValueError):
    """A button that this release can't read. The text is for the person who clicked."""


@dataclass(frozen=True, slots=True)
class ButtonValue:
    """`id`: of a request, a run or a workflow. `word`: a choice or what is to be done."""

    id: str
    word: str

    @property
    def choice(self) -> str:
        return self.word.partition("@")[0]

    @property
    def seen(self) -> str:
        """Digest of the values beside the button, or the newest place on a card; empty if there was none."""
        return self.word.partition("@")[2]


def encode(id_: str, word: str) -> str:
    """`1|deploy-8f3k.go_live|approve`."""
    text = f"{_VERSION}|{id_}|{word}"
    if "|" in word or len(text) > MAX_VALUE_LENGTH:
        raise ValueError(f"{text[:80]!r} can't be a button's value")
    return text


def encode_choice(request: RequestRecord, choice: str) -> str:
    """With the digest of the values shown, where it approves some: `1|deploy-8f3k.go|approve@5f…`."""
    seen = request.values_digest if choice == "approve" else ""
    return encode(request.id, f"{choice}@{seen}" if seen else choice)


def encode_seen(seen: Mapping[str, str]) -> str:
    """Return several requests, each with its `seen_digest`: `1|a.go@5f…,b.go@8…|approve`."""
    return encode(",".join(f"{id_}@{digest}" for id_, digest in seen.items()), "approve")


def decode_seen(value: ButtonValue) -> dict[str, str]:
    """Return the digest of each of several requests by its id. Raises `UnknownButton`."""
    parts = [each.rpartition("@") for each in value.id.split(",")]
    if not all(id_ and digest for id_, _, digest in parts):
        raise UnknownButton("This window is from an older release of Signoff. Open it again.")
    return {id_: digest for id_, _, digest in parts}


def decode(text: str) -> ButtonValue:
    """Raises `UnknownButton`. An id may hold `|`; a version and a word don't."""
    version, _, rest = text.partition("|")
    id_, bar, word = rest.rpartition("|")
    if version == _VERSION and bar and id_ and word:
        return ButtonValue(id_, word)
    if version.isdecimal() and len(version) < 10 and int(version) > int(_VERSION):
        raise UnknownButton(
            "This button is from a newer release of Signoff than the one that runs now. "
            "Use the command instead, or ask the operator to update Signoff."
        )
    raise UnknownButton(
        "This button is from an older release of Signoff and no longer works. Use the command instead."
    )
