"""A step that posts a message: from what the author wrote to a checked spec."""

from collections.abc import Iterable

from engine.authoring.nodes import Node
from engine.authoring.notify_options import NotifyOptions
from engine.compiler.definition.checks import Checks
from engine.model.definition.spec import NotifySpec
from engine.model.notices.notification import MAX_TEXT
from engine.model.notices.outside import covers, is_mail, is_outside, outside_problem, subject_problem
from engine.model.people import REFERENCE
from engine.model.text.template import paths


def notify_spec(checks: Checks, node: Node, options: NotifyOptions | None) -> NotifySpec | None:
    """Return the checked message; None for a step of the author. Mistakes are among the checks' errors."""
    if options is None:
        return None
    _check_place(checks, node, options.to)
    if not isinstance(options.text, str) or not options.text.strip():
        checks.error(f"notify's text is {options.text!r}.", "Give a text.", node)
        return None
    if len(options.text) > MAX_TEXT:
        count = f"{len(options.text):,} characters"
        checks.error(f"notify's text has {count}.", f"Give at most {MAX_TEXT:,}.", node)
    try:
        named = paths(options.text)
    except ValueError as error:
        checks.error(f"notify's text is {options.text!r:.80}: {error}.", "Write {step.field}.", node)
        return None
    if (subject := _subject_paths(checks, node, options)) is None:
        return None
    for path in [*named, *subject, *([options.table_path] if options.table_path else [])]:
        step, *fields = path.split(".")
        if check_hyphen(checks, node, "notify", step):
            continue
        if step == "input" or step in checks.names:
            checks.path(node, step, tuple(fields), "notify")
    return NotifySpec(
        to=str(options.to), text=options.text, table=options.table_path, subject=options.subject or ""
    )


def _subject_paths(checks: Checks, node: Node, options: NotifyOptions) -> list[str] | None:
    """Return the paths that the subject names; None where it has a mistake."""
    if options.subject is None:
        return []
    if not is_mail(options.to):
        checks.error("notify has a subject, and only an e-mail has one.", "Leave out the subject.", node)
        return None
    if why := subject_problem(options.subject):
        checks.error(f"notify's subject {why}.", "Give one line of text.", node)
        return None
    try:
        return paths(options.subject)
    except ValueError as error:
        checks.error(f"notify's subject is {options.subject!r:.80}: {error}.", "Write {step.field}.", node)
        return None


def check_hyphen(checks: Checks, node: Node, place: str, step: str) -> bool:
    """Refuse a step whose name cannot be a parameter. Return whether it was refused."""
    if step not in checks.names or step.isidentifier():
        return False
    checks.error(
        f"{place} names {step}, but a step with a hyphen cannot be named here.",
        "Give that step a name with _ instead.",
        node,
    )
    return True


def check_may_notify(checks: Checks) -> None:
    """Check the places to which steps of the workflow may post."""
    listed = checks.options.may_notify
    checks.refs([ref for ref in listed if not is_outside(ref)], "may_notify")
    for ref in filter(is_outside, listed):
        if why := outside_problem(ref, pattern=True):
            remedy = "Write mailto:ops@example.com, mailto:*@example.com or https://hooks.example.com/alerts."
            checks.error(f"may_notify names {ref!r:.200}, which {why.partition('. ')[0]}.", remedy)


def _check_place(checks: Checks, node: Node, to: object) -> None:
    own, listed = checks.options.channel, checks.options.may_notify
    if isinstance(to, str) and is_outside(to):
        _check_outside(checks, node, to, listed)
        return
    if not isinstance(to, str) or not (REFERENCE.fullmatch(to) or to == own):
        checks.error(
            f"notify's to is {to!r}.",
            "Give a channel (#name), a group (@handle), a member id (U…) or an "
            "address (mailto:…, https://…).",
            node,
        )
    elif to != own and to not in listed:
        checks.error(
            f"notify posts to {to}, which is not a place of the workflow.",
            f'Add it: may_notify=["{to}"], or post to its channel.',
            node,
        )


def _check_outside(checks: Checks, node: Node, to: str, listed: Iterable[str]) -> None:
    if why := outside_problem(to):
        checks.error(f"notify's to is {to!r:.200}, which {why.partition('. ')[0]}.", "Correct it.", node)
    elif not any(is_outside(each) and covers(each, to) for each in listed):
        checks.error(
            f"notify sends to {to}, which is not a place of the workflow.",
            f'Add it: may_notify=["{to}"].',
            node,
        )
