"""Planted bugs about lists of requests: what an approver sees beside a button that decides."""

from scripts.planted.mutant import Mutant

_LISTED = ("tests/bot/views/test_listed.py",)
_PAGES = ("tests/bot/listeners/commands/test_waiting_pages.py",)
MUTANTS = [
    Mutant(
        "a card is listed although one of its runs waits for another person",
        "engine/runtime/queries/read_model.py",
        "            self._split.add(card)\n",
        "            pass\n",
        ("tests/bot/listeners/commands/test_waiting_pages.py",),
    ),
    Mutant(
        "a later page lists a card of an earlier page again",
        "engine/runtime/queries/read_model.py",
        "        self._listed.add(self.places[request.id])\n",
        "        pass\n",
        ("tests/bot/listeners/commands/test_waiting_pages.py",),
    ),
    Mutant(
        "a list still shows a card after a click on its buttons",
        "bot/listeners/button_clicks.py",
        ".join(filter(None, said))))\n    _list_again(context, surface)\n",
        ".join(filter(None, said))))\n",
        ("tests/bot/listeners/commands/test_waiting_pages.py",),
    ),
    Mutant(
        "the way back from a page of runs skips a page",
        "bot/views/answers/runs_answer.py",
        'return self.before.rpartition(",")[0]',
        'return self.before.partition(",")[0].removesuffix(self.before)',
        ("tests/bot/views/test_lists.py",),
    ),
    Mutant(
        "a list of requests has no way to those that it leaves out",
        "bot/views/command_replies.py",
        "    if following:\n        turns.append(",
        "    if False:\n        turns.append(",
        _PAGES,
    ),
    Mutant(
        "an answer on a later page of requests leads back to the first",
        "bot/listeners/subcommands.py",
        "waiting_answer(context, surface.user, surface.page)",
        "waiting_answer(context, surface.user)",
        _PAGES,
    ),
    Mutant(
        "each page of requests opens a further window",
        "bot/listeners/surface.py",
        'elif instead and self.view == "modal":',
        "elif False:",
        _PAGES,
    ),
    Mutant(
        "a list has an Approve button beside values that it leaves out",
        "bot/views/requests/listed.py",
        "    if not elsewhere:\n",
        "    if True:\n",
        _LISTED,
    ),
    Mutant(
        "a list does not say which values the requester entered",
        "bot/views/requests/listed.py",
        '        grey(requested, block_id=ids("requested")) if requested else None,\n',
        "",
        _LISTED,
    ),
    Mutant(
        "a list leaves out the warnings of a request",
        "bot/views/requests/listed.py",
        "in warnings_of(request, MENTIONED, now).items()),\n",
        "in ()),\n",
        _LISTED,
    ),
    Mutant(
        "several requests at once leave out their warnings",
        "bot/views/forms/modals.py",
        "        *(section(line) for line in warnings_of(request, MENTIONED, now).values()),\n",
        "",
        _LISTED,
    ),
    Mutant(
        "a request of an unknown requester is approved among others",
        "bot/views/forms/modals.py",
        "    if unknown_requester(request) or not again_fits(request)",
        "    if not again_fits(request)",
        _LISTED,
    ),
    Mutant(
        "a request that is left out of several does not name its run",
        "bot/views/forms/modals.py",
        '        f"• {question_line(request.ask, 150)} · {safe(request_summary.short_run(request), 120)}"\n',
        '        f"• {question_line(request.ask, 150)}"\n',
        _LISTED,
    ),
    Mutant(
        "the Home shows five of the requests of a person as if they were all",
        "bot/views/home.py",
        "more if len(shown) == MAX_ASKED else None]",
        "None]",
        ("tests/bot/listeners/test_home.py",),
    ),
    Mutant(
        "the filter for failed runs hides those that wait for their owner",
        "bot/slash/reading.py",
        '"failed": ("failed", OPEN_FAILURE),',
        '"failed": ("failed",),',
        ("tests/bot/listeners/commands/test_shown_states.py",),
    ),
    Mutant(
        "a paused workflow tells when it fires next",
        "engine/model/records/records.py",
        "return self.next_fire_at if self.enabled and not self.paused else None",
        "return self.next_fire_at if self.enabled else None",
        ("tests/bot/listeners/commands/test_shown_states.py",),
    ),
    Mutant(
        "a run with a failed step looks like one that waits",
        "bot/views/runs/shown_state.py",
        "    if has_failed_step(run):",
        "    if not run:",
        ("tests/bot/views/test_workflow_health.py",),
    ),
]
