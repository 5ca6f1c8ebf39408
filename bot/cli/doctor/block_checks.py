"""Checks a sample of each kind of message and window with Slack's `blocks.validate`."""

import asyncio
import json
import re
from collections.abc import Sequence
from datetime import datetime

from bot.cli.doctor.finding import ASK_AGAIN, Finding
from bot.cli.doctor.message_samples import Sample, message_samples
from bot.slack.call_results import CallResult, Limited, Rejected, Sent, Unreached
from bot.slack.operator_messages import SlackWriter

METHOD = "blocks.validate"
_CALL_SECONDS, _ALL_SECONDS = 5.0, 30.0
_UNKNOWN = frozenset({"unknown_method", "method_not_supported", "not_allowed_token_type"})
_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_message", "invalid_view"})
"""Slack's codes for a sample that it does not accept."""
_NEXT = re.compile(r"; (?=\[/)")
"""Separator of the errors in one answer."""
_MAX_NAMED = 5
_AREA = "messages"
_REPORT = "Report this line to the maintainers of Signoff."


async def block_findings(api: SlackWriter, now: datetime) -> list[Finding]:
    """Have Slack check each sample in turn, for at most half a minute."""
    samples = await message_samples(now)
    found: list[Finding] = []
    checked = 0
    try:
        async with asyncio.timeout(_ALL_SECONDS):
            for sample in samples:
                outcome = await _asked(api, sample)
                if (skipped := _skipped(outcome, checked, len(samples))) is not None:
                    return [*found, skipped]
                checked += 1
                found += _refused(sample, outcome)
    except TimeoutError:
        return [*found, _partly("Slack did not answer in time", checked, len(samples))]
    if found:
        return found
    return [
        Finding(
            _AREA, "ok", f"Slack accepts a sample of each of the {checked} kinds of messages and windows."
        )
    ]


async def _asked(api: SlackWriter, sample: Sample) -> CallResult:
    async with asyncio.timeout(_CALL_SECONDS):
        return await api.write(METHOD, {sample.argument: json.dumps(sample.content)})


def _skipped(outcome: CallResult, checked: int, number: int) -> Finding | None:
    """Return why the check ends here; None if Slack accepted or refused the sample."""
    match outcome:
        case Sent():
            return None
        case Rejected(code) if code in _UNKNOWN:
            return Finding(
                _AREA, "ok", f"Slack does not offer {METHOD} here ({code}), so no message was checked."
            )
        case Rejected(code) if code in _REFUSED:
            return None
        case Rejected(code):
            return _partly(f"Slack refused {METHOD} ({code})", checked, number)
        case Limited(seconds):
            return _partly(f"Slack limits how often {METHOD} is called ({seconds:g} s)", checked, number)
        case Unreached(why):
            return _partly(f"Slack could not be reached ({why})", checked, number)
    return _partly("Slack did not answer", checked, number)


def _partly(why: str, checked: int, number: int) -> Finding:
    text = f"{why}, so {checked} of {number} kinds of messages were checked."
    return Finding(_AREA, "warning", text, ASK_AGAIN)


def _refused(sample: Sample, outcome: CallResult) -> Sequence[Finding]:
    """Return a finding for each error that Slack names; a single one for a replaceable sample."""
    if not isinstance(outcome, Rejected):
        return []
    errors = _NEXT.split(outcome.detail) if outcome.detail else [outcome.code]
    if sample.replaceable:
        text = f"Slack refuses {sample.kind} ({errors[0]})."
        return [
            Finding(
                _AREA, "warning", text, "You need not do anything: Signoff shows the same in plainer blocks."
            )
        ]
    return [
        Finding(_AREA, "problem", f"Slack refuses {sample.kind}: {error}.", _REPORT)
        for error in errors[:_MAX_NAMED]
    ]
