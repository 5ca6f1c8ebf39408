"""Attributes and times in the protobuf form of OTLP. It needs the extra `otlp`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from bot.telemetry.span import Attributes

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_TEXT = 1_000
"""Characters of an attribute and of an error."""


class Texts:
    """Encodes texts and attributes. `hide`: hides credentials."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        self._hide = hide

    def attributes(self, attributes: Attributes) -> list[KeyValue]:
        return [KeyValue(key=name, value=self._value(value)) for name, value in attributes.items()]

    def text(self, text: str) -> str:
        """Return a text without credentials and without half characters, which protobuf refuses."""
        shown = self._hide(text[: 20 * _MAX_TEXT])
        shown = shown if len(shown) <= _MAX_TEXT else f"{shown[: _MAX_TEXT - 1]}…"
        return shown.encode("utf-8", "backslashreplace").decode()

    def _value(self, value: str | float) -> AnyValue:
        match value:
            case int():
                return AnyValue(int_value=value)
            case float():
                return AnyValue(double_value=value)
            case _:
                return AnyValue(string_value=self.text(value))


def nanoseconds(at: datetime) -> int:
    """Return the nanoseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000
