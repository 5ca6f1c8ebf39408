"""References to steps and to fields of their outputs, from which conditions are made."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar

from engine.errors import DefinitionError
from engine.model.definition.conditions import Compare, Operator, OutcomeIs, StateIs

P = ParamSpec("P")
R = TypeVar("R")


def _in_a_text(path: str) -> DefinitionError:
    return DefinitionError(
        f"{path} was put into an f-string, which is filled in when the file is read.",
        remedy=f"Leave out the f before the quotes and write {{{path}}}; it is filled in later.",
    )


class Ref:
    """A step of a workflow, by name."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def succeeded(self) -> StateIs:
        return StateIs(step=self.name, state="succeeded")

    @property
    def failed(self) -> StateIs:
        """Testing this takes the failure: the owner isn't asked then."""
        return StateIs(step=self.name, state="failed")

    @property
    def skipped(self) -> StateIs:
        return StateIs(step=self.name, state="skipped")

    def __format__(self, spec: str) -> str:
        raise _in_a_text(self.name)

    def __repr__(self) -> str:
        return f"<step {self.name}>"

    def _unordered(self, value: object) -> NoReturn:
        raise DefinitionError(
            f"{self.name} was compared with {value!r}, and a step has no order.",
            remedy=f"Compare what it returns, as in {self.name}.output > 3.",
        )

    __lt__ = __le__ = __gt__ = __ge__ = _unordered


class Field:
    """A field of a step's output; comparing it makes a condition."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, step: str, path: tuple[str, ...] = ()) -> None:
        self._step, self._path = step, path

    def __getattr__(self, name: str) -> "Field":
        if name.startswith("_"):
            raise AttributeError(name)
        return Field(self._step, (*self._path, name))

    def __getitem__(self, key: str | int) -> "Field":
        """A key of a dict, whatever its characters, or a place in a list."""
        if not isinstance(key, str | int) or isinstance(key, bool) or (isinstance(key, int) and key < 0):
            raise DefinitionError(
                f"{self!r}[{key!r}] cannot be compared.",
                remedy="Give the key of a dict as a text, or a place in a list, counted from 0.",
            )
        return Field(self._step, (*self._path, str(key)))

    def _unsupported(self, *_: object) -> NoReturn:
        raise DefinitionError(
            f"{self!r} can only be compared, with ==, !=, <, <=, >, >= or .is_in([…]).",
            remedy="Compute it in the step that returns it and compare the result; put each comparison in "
            "parentheses where & or | combines them.",
        )

    __iter__ = __len__ = __contains__ = __call__ = __invert__ = __neg__ = __abs__ = _unsupported
    __and__ = __rand__ = __or__ = __ror__ = __add__ = __radd__ = __sub__ = __rsub__ = _unsupported
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __floordiv__ = __mod__ = __pow__ = _unsupported

    def _test(self, op: Operator, value: Any) -> Compare:
        return Compare(step=self._step, path=self._path, op=op, value=value)

    def __bool__(self) -> NoReturn:
        # `not field` and `field and other` would silently drop the field.
        raise DefinitionError(
            f"{self!r} was used as if it were true or false now.",
            remedy=f"Compare it, for instance {self!r} == True, and combine conditions with &, | and ~.",
        )

    def __format__(self, spec: str) -> str:
        raise _in_a_text(".".join((self._step, *self._path)))

    def __repr__(self) -> str:
        return ".".join((self._step, "output", *self._path))

    def __eq__(self, value: object) -> Compare:  # type: ignore[override]
        return self._test("==", value)

    def __ne__(self, value: object) -> Compare:  # type: ignore[override]
        return self._test("!=", value)

    def __lt__(self, value: Any) -> Compare:
        return self._test("<", value)

    def __le__(self, value: Any) -> Compare:
        return self._test("<=", value)

    def __gt__(self, value: Any) -> Compare:
        return self._test(">", value)

    def __ge__(self, value: Any) -> Compare:
        return self._test(">=", value)

    def is_in(self, values: Iterable[Any]) -> Compare:
        # A text would be taken apart into its letters; compiling refuses it.
        return self._test("in", values if isinstance(values, str | bytes) else list(values))


class StepRef(Ref, Generic[P, R]):
    """A step; it can still be called as the function that it is."""

    def __init__(self, name: str, function: Callable[P, R]) -> None:
        super().__init__(name)
        self.function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    @property
    def output(self) -> Field:
        return Field(self.name)


class NodeRef(Ref):
    """A node that executes no function of its own, such as a wait."""

    @property
    def output(self) -> Field:
        return Field(self.name)


class DecisionRef(NodeRef):
    """A decision by rules; its outcome and confidence make conditions."""

    @property
    def outcome(self) -> Field:
        return Field(self.name, ("outcome",))

    @property
    def confidence(self) -> Field:
        return Field(self.name, ("confidence",))


class ApprovalRef(Ref):
    """An approval; its outcome makes conditions."""

    @property
    def output(self) -> Field:
        """Its outcome as steps get it: `go.approved & (go.output.value.region == "eu")`."""
        return Field(self.name)

    @property
    def approved(self) -> OutcomeIs:
        return OutcomeIs(step=self.name, outcome="approved")

    @property
    def rejected(self) -> OutcomeIs:
        return OutcomeIs(step=self.name, outcome="rejected")

    @property
    def expired(self) -> OutcomeIs:
        return OutcomeIs(step=self.name, outcome="expired")

    @property
    def answered(self) -> OutcomeIs:
        """Approved, rejected or expired: for a step that runs whatever people decide."""
        return OutcomeIs(step=self.name, outcome="answered")
