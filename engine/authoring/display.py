"""Links, images, tables and differences that an author lets an approval show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _OneValue:
    """`source`: where the value comes from, as `build.url`."""

    label: str
    source: str


class Link(_OneValue):
    """Shows an http address as a link."""

    __slots__ = ()


class Image(_OneValue):
    """Shows a picture that Slack can fetch, by its http address."""

    __slots__ = ()


class Table(_OneValue):
    """Shows rows: a list of objects, or of lists with the head first."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """Shows what differs: line by line between texts, field by field between objects."""

    label: str
    before: str
    after: str
