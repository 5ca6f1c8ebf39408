"""Planted bugs in what a request says of time: to whom it goes next, and what silence does."""

from scripts.planted.mutant import Mutant

_TESTS = ("tests/bot/views/test_escalations.py",)
MUTANTS = [
    Mutant(
        "an approval does not say to whom it goes next",
        "bot/views/requests/approval.py",
        "return [escalations, request_summary.until(request, now), run]",
        "return [request_summary.until(request, now), run]",
        _TESTS,
    ),
    Mutant(
        "the text of an approval does not say to whom it goes next",
        "bot/views/requests/approval.py",
        "filter(None, [quorum.who_may(request, names), quorum.escalations(request, names)])",
        "filter(None, [quorum.who_may(request, names)])",
        _TESTS,
    ),
    Mutant(
        "an escalation that has happened is announced again",
        "bot/views/requests/quorum.py",
        "coming = request.policy.escalations[request.clock.escalated :]",
        "coming = request.policy.escalations",
        _TESTS,
    ),
    Mutant(
        "an escalation to those who can decide already says that they can decide as well",
        "engine/kernel/requests/escalation.py",
        "ref for ref in due.to if ref in request.approvers",
        "ref for ref in due.to if ref in request.policy.veto",
        ("tests/engine/runtime/requests/test_asking.py",),
    ),
    Mutant(
        "a reminder does not say that silence approves",
        "bot/views/runs/thread.py",
        "if silence := request_summary.silence_approves(request, now):",
        "if (silence := request_summary.silence_approves(request, now)) and not head:",
        ("tests/bot/views/test_silence.py",),
    ),
    Mutant(
        "the text of a failure leaves out a choice that has a button",
        "bot/views/requests/failure.py",
        "choices = choices_in_words(request.policy.choices)",
        "choices = choices_in_words(request.policy.choices[:1] + request.policy.choices[-2:])",
        _TESTS,
    ),
]
