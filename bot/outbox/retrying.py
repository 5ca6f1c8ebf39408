"""Rules that the consumers beside the outbox share: when to try a call again."""

from datetime import timedelta

from bot.slack.call_results import Ambiguous, CallResult, Limited, Rejected, Unreached

DELAY, MAX_DELAY = timedelta(seconds=1), timedelta(minutes=30)
MAX_TRIES = 60


def problem_and_wait(result: CallResult, tries: int) -> tuple[str, timedelta]:
    """Return why a call did not get through, and when to try it again. `tries`: those before it."""
    wait = min(DELAY * 2 ** min(tries, 10), MAX_DELAY)
    match result:
        case Limited(seconds):
            return "too many calls", max(wait, timedelta(seconds=seconds))
        case Rejected(code, detail):
            return f"{code} {detail}".strip(), wait
        case Ambiguous(why) | Unreached(why):
            return why, wait
    return "", wait
