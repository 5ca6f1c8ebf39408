"""The code of a step: its function, and the types that values are checked against at its edges."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from engine.compiler.definition.round_trip import Codec, Unstorable
from engine.errors import ContractError, Fatal, PersonalKeyGone
from engine.kernel.resilience.failure_rules import FailureRules
from engine.model.definition.operations import OperationSpec
from engine.model.definition.spec import QualitySpec
from engine.model.input.input_problems import problems_in
from engine.model.values.sizes import MAX_OUTPUT_BYTES, size_problem


@dataclass(frozen=True, slots=True)
class StepCode:
    """`parameters`: by parameter, without `input` and `ctx`."""

    step: str
    function: Callable[..., Any]
    is_async: bool
    parameters: Mapping[str, Codec]
    input: Codec | None
    takes_ctx: bool
    output: Codec
    digest: str
    """SHA-256 of the source, hex."""
    retry_on: tuple[type[Exception], ...] | None
    rules: FailureRules = field(default_factory=FailureRules)
    quality: QualitySpec | None = None
    row: Any = None
    """The type of the rows that it returns, which are checked one by one. None: it checks rows itself."""
    operation: OperationSpec | None = None
    """Operation that the function executes. None: the function is the author's."""

    @property
    def secrets(self) -> Collection[str]:
        """Names of the secrets that its operation needs."""
        return self.operation.secrets if self.operation is not None else ()

    def arguments(self, input: Any, outputs: Mapping[str, Any], ctx: Any) -> dict[str, Any]:
        """Keyword arguments from JSON. Raises `ContractError` for what doesn't fit."""
        arguments = {
            name: _checked(codec, outputs[name], f"{name}, as {self.step} takes it,")
            for name, codec in self.parameters.items()
        }
        if self.input is not None:
            arguments["input"] = _checked(self.input, input, f"the run's input, as {self.step} takes it,")
        if self.takes_ctx:
            arguments["ctx"] = ctx
        return arguments

    def encode(self, result: Any) -> Any:
        """The JSON of a result. Raises `ContractError` when it isn't what the step promises."""
        if oversized := size_problem(result, MAX_OUTPUT_BYTES):
            raise ContractError(
                f"The output of {self.step} is {oversized}, which is the limit for an output. "
                "Write it to a file in ctx.data_dir and return its path."
            )
        checked = _checked(self.output, result, f"the output of {self.step}")
        try:
            return self.output.store(checked)
        except Unstorable as why:
            raise ContractError(f"The output of {self.step} can't be stored: {why}.") from None


def _checked(codec: Codec, value: Any, what: str) -> Any:
    try:
        read = codec.read(value)
        if codec.has_personal and (place := codec.sealed_at(read)) is not None:
            raise ContractError(
                f"{what} has personal data{f' at {place}' if place else ''}, which is not marked there. Mark "
                "the field with Personal."
            )
        return read
    except PersonalKeyGone as gone:
        raise Fatal(str(gone)) from None
    except ValidationError as error:
        if codec.has_personal:
            # The values are not told, nor what a validator of the author's says about them.
            place = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
            raise ContractError(f"{what} does not fit its type{f' at {place}' if place else ''}.") from None
        where, problem = problems_in(error, value, {})[0]
        place = f" at {where}" if where else ""
        raise ContractError(f"{what} does not fit its type{place}: {problem}") from None
