"""Checks rows one by one against a type: those that do not fit are rejected, counted and told of."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.compiler.definition.checks import did_you_mean, type_name
from engine.compiler.paths import NoSuchField, check_attribute
from engine.errors import ContractError, RowsRejected
from engine.model.definition.spec import QualitySpec
from engine.model.input.input_problems import MISSING_VALUE, NO_VALUE, value_problems
from engine.model.runs.quality import MAX_EXAMPLES, MAX_REASONS, QualityReport
from engine.model.text.wording import count

_MAX_VALUE = 40
_MAX_ERRORS = 3
"""Mistakes of one row that are told."""
_NEARLY_ALL = 0.9
"""Share of the rows in which a field is wrong where the source has changed, and not some rows."""
_ID_FIELDS = ("id", "key", "name")
"""Fields by which people know a row."""


class RowCheck:
    """The rows that one attempt checks, and the report about them."""

    def __init__(self, step: str, quality: QualitySpec | None, log: Callable[[str], None]) -> None:
        """`quality`: None where any number of rows may be rejected."""
        self._step, self._quality, self._log = step, quality, log
        self.report: QualityReport | None = None
        self.fitting: list[Any] = []
        """The fitting ones of the rows that were checked last."""

    def rows(self, rows: Iterable[Any], row: Any, unique: str = "") -> list[Any]:
        """Return the rows that fit. Raises `RowsRejected` beyond the quality of the step."""
        if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
            raise ContractError(f"{self._step}: the rows are {type(rows).__name__}. Give a list of them.")
        if wrong := unique_problem(row, unique):
            raise ContractError(f"{self._step}: {wrong.problem} {wrong.remedy}")
        given = list(rows)
        fitting, rejections = _sorted_out(given, _adapter(row), unique)
        self.fitting = fitting
        report = _report(given, rejections, row)
        self.report = report if self.report is None else self.report.together(report)
        if report.rejected:
            self._tell(report)
            self._require(report)
        return fitting

    def _tell(self, report: QualityReport) -> None:
        self._log(f"{report.summary}.")
        for text in (*report.drift, *report.examples):
            self._log(text)
        if report.rejected > len(report.examples):
            self._log("; ".join(f"{reason}: {count:,}" for reason, count in report.reasons))

    def _require(self, report: QualityReport) -> None:
        if self._quality is None or report.rejected <= self._quality.accepted(report.rows):
            return
        limit = self._quality.limit
        raise RowsRejected(
            f"{report.rejected:,} of {count(report.rows, 'row')} were rejected, more than the {limit} that "
            f"quality allows. {report.details}"
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake of the author, and its remedy."""

    problem: str
    remedy: str


def unique_problem(row: Any, unique: str) -> Problem | None:
    """Return the mistake where `unique` names nothing that rows of this type have. Empty: it names none."""
    if not unique:
        return None
    try:
        check_attribute(row, unique)
    except NoSuchField as error:
        problem = f"unique is {unique!r}, which {type_name(error.kind)} does not have."
        remedy = "Leave it out, or let the rows be of a model with that field."
        return Problem(problem, did_you_mean(unique, error.known) if error.known else remedy)
    return None


class _Rejection:
    """A row that does not fit: its place, its reason, and the kind of each mistake by field."""

    def __init__(self, place: int, text: str, kinds: Sequence[tuple[str, str]]) -> None:
        self.place, self.text, self.kinds = place, text, kinds


@lru_cache(maxsize=128)
def _adapter(row: Any) -> TypeAdapter[Any]:
    return TypeAdapter(row)


def _sorted_out(
    given: Sequence[Any], adapter: TypeAdapter[Any], unique: str
) -> tuple[list[Any], list[_Rejection]]:
    fitting, rejections, seen = [], [], set()
    for place, raw in enumerate(given):
        try:
            value = adapter.validate_python(raw)
        except ValidationError as error:
            rejections.append(_invalid(place, raw, error))
            continue
        except Exception as error:  # an author's validator
            reason = f"its check failed with {type(error).__name__}"
            rejections.append(_Rejection(place, reason, [("", reason)]))
            continue
        if unique:
            same = repr(_field(value, unique))
            if same in seen:
                text = f"{unique} {_shown(_field(value, unique))} repeats an earlier row"
                rejections.append(_Rejection(place, text, [(unique, f"{unique} repeats an earlier row")]))
                continue
            seen.add(same)
        fitting.append(value)
    return fitting, rejections


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _invalid(place: int, raw: Any, error: ValidationError) -> _Rejection:
    kinds, texts = [], []
    for problem in value_problems(error, raw)[:_MAX_ERRORS]:
        field = problem.path or "the row"
        remedy = problem.remedy.rstrip(".")
        then = f": {remedy[:1].lower()}{remedy[1:]}" if remedy and problem.what != MISSING_VALUE else ""
        kinds.append((problem.path, f"{field} {problem.what}{then}"))
        is_shown = problem.what not in (MISSING_VALUE, NO_VALUE)
        shown = f"is {problem.shown}, which ".replace("is An empty", "is an empty") * is_shown
        texts.append(f"{field} {shown}{problem.what}{then}")
    return _Rejection(place, "; ".join(texts), kinds)


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:  # an author's __repr__
        text = type(value).__name__
    return text if len(text) <= _MAX_VALUE else f"{text[: _MAX_VALUE - 1]}…"


def _report(given: Sequence[Any], rejections: Sequence[_Rejection], row: Any) -> QualityReport:
    counts = Counter(kind for rejection in rejections for _, kind in dict.fromkeys(rejection.kinds))
    examples = [_named(given[each.place], each) for each in rejections[:MAX_EXAMPLES]]
    drift = _drift(given, rejections, row) if len(given) > 1 else []
    return QualityReport(
        len(given), len(rejections), tuple(counts.most_common(MAX_REASONS)), tuple(examples), tuple(drift)
    )


def _named(raw: Any, rejection: _Rejection) -> str:
    """`row 6 (G-0006): amount is missing`."""
    known = raw if isinstance(raw, Mapping) else {}
    name = next((known[field] for field in _ID_FIELDS if isinstance(known.get(field), str | int)), None)
    label = f" ({str(name)[:_MAX_VALUE]})" if name is not None else ""
    return f"row {rejection.place + 1}{label}: {rejection.text}"


def _drift(given: Sequence[Any], rejections: Sequence[_Rejection], row: Any) -> list[str]:
    """Return a sentence for each field that is wrong in nearly all rows: then the source has changed."""
    total = len(given)
    wrong = Counter(field for each in rejections for field in dict.fromkeys(f for f, _ in each.kinds))
    missing = Counter(
        field for each in rejections for field, kind in set(each.kinds) if kind == f"{field} is missing"
    )
    lost = {field: count for field, count in missing.items() if count >= _NEARLY_ALL * total}
    new = _unknown_in_nearly_all(given, row) if lost else []
    sentences = [f"{field} is missing in {_of(count, total)}" for field, count in lost.items()]
    if sentences:
        question = f", and {', '.join(new)} is new: was a field renamed?" if new else "."
        sentences = [f"{'; '.join(sentences)}{question}"]
    for field, number in wrong.items():
        if number >= _NEARLY_ALL * total and field not in lost and field:
            sentences.append(f"{field} is invalid in {_of(number, total)}.")
    return sentences


def _of(count: int, total: int) -> str:
    return f"all {total:,} rows" if count == total else f"{count:,} of {total:,} rows"


def _unknown_in_nearly_all(given: Sequence[Any], row: Any) -> list[str]:
    """Return the fields that nearly all rows have and their type does not know."""
    if not (isinstance(row, type) and issubclass(row, BaseModel)):
        return []
    known = {*row.model_fields, *(each.alias for each in row.model_fields.values())}
    names = Counter(
        name for raw in given if isinstance(raw, Mapping) for name in raw if isinstance(name, str)
    )
    new = [name for name, count in names.items() if name not in known and count >= _NEARLY_ALL * len(given)]
    return sorted(map(_shown_name, new))[:3]


def _shown_name(name: str) -> str:
    return name if len(name) <= _MAX_VALUE else f"{name[: _MAX_VALUE - 1]}…"
