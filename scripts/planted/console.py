"""Planted bugs in the web console."""

from scripts.planted.mutant import Mutant

_TESTS = ("tests/bot/console/test_console.py",)
_UNFURLS = ("tests/bot/listeners/test_unfurls.py",)
_INSIGHT = ("tests/bot/console/test_insight_pages.py",)
_AUDIT = ("tests/bot/console/test_audit_pages.py",)
_RIGHTS = ("tests/bot/listeners/visibility/test_web_doors.py",)
_SIGNING_IN = ("tests/bot/console/test_signing_in.py",)
_ANSWERS = ("tests/bot/listeners/test_console_answers.py",)
MUTANTS = [
    Mutant(
        "the page of another person answers on the console",
        "bot/console/deciding.py",
        '(claims["user"], claims["request"]) != (reader.user, found.id)',
        'claims["request"] != found.id',
        _ANSWERS,
    ),
    Mutant(
        "a form with more fields than a page shows is approved on the console",
        "bot/console/pages/decide.py",
        '    return _NO_FORM if request.form is not None and not form_of(request) else ""',
        '    return ""',
        _ANSWERS,
    ),
    Mutant(
        "a form of another site answers on the console",
        "bot/console/deciding.py",
        "        if is_foreign(request):",
        "        if not request.path:",
        _ANSWERS,
    ),
    Mutant(
        "the log does not say that a decision came from the console",
        "engine/kernel/requests/decision_transitions.py",
        '        details["door"] = door',
        "        pass",
        _ANSWERS,
    ),
    Mutant(
        "the console takes an answer without the token of its page",
        "bot/console/deciding.py",
        "claims = await self.sessions.unseal(first(entered, TOKEN), FORM)",
        'claims = {"user": reader.user, "request": found.id, "seen": seen_digest(found), "values": ""}',
        _ANSWERS,
    ),
    Mutant(
        "a page of the console drops the first line break of a value",
        "bot/console/templates/decide.html",
        """{{ described(each) }}>
{{ each.text }}</textarea>""",
        "{{ described(each) }}>{{ each.text }}</textarea>",
        ("tests/bot/console/test_pages_in_browser.py",),
    ),
    Mutant(
        "a token that opens gates opens the console",
        "bot/console/sign_in.py",
        "if principal is None or not principal.console:",
        "if principal is None:",
        _TESTS,
    ),
    Mutant(
        "a session of the console outlives its token",
        "bot/console/readers.py",
        "        return None\n    await holder_of_token(",
        '        return _operator(parts, "ops")\n    await holder_of_token(',
        _TESTS,
    ),
    Mutant(
        "another name of this machine reads an open console",
        "bot/console/readers.py",
        "    if not is_loopback(host) or RELAYED in request.headers:",
        "    if not host or RELAYED in request.headers:",
        _TESTS,
    ),
    Mutant(
        "a cookie of a sign-in under way is a session",
        "bot/console/sessions.py",
        'aud={"essential": True, "value": name},',
        'aud={"essential": True},',
        _TESTS,
    ),
    Mutant(
        "the console shows credentials in what steps gave",
        "bot/console/wording.py",
        '    text = redacted("\\n".join(lines[:MAX_LINES]))',
        '    text = "\\n".join(lines[:MAX_LINES])',
        _TESTS,
    ),
    Mutant(
        "everybody who signed in reads the event log",
        "bot/console/pages/events.py",
        "    if not reader.everything:",
        "    if not reader.label:",
        _TESTS,
    ),
    Mutant(
        "an identity for another workspace signs in to the console",
        "bot/console/slack_sign_in.py",
        '_TEAM: {"essential": True, "value": team},',
        '_TEAM: {"essential": True},',
        _SIGNING_IN,
    ),
    Mutant(
        "an identity of another sign-in signs in to the console",
        "bot/console/slack_sign_in.py",
        'nonce={"essential": True, "value": nonce},',
        'nonce={"essential": True},',
        _SIGNING_IN,
    ),
    Mutant(
        "a sign-in to the console leads to another site",
        "bot/console/addresses.py",
        "    return place if plain else PATH",
        "    return place or PATH",
        _SIGNING_IN,
    ),
    Mutant(
        "a sign-in with Slack that another browser began signs in",
        "bot/console/slack_sign_in.py",
        "        if not hmac.compare_digest(",
        "        if kept is None and not hmac.compare_digest(",
        _SIGNING_IN,
    ),
    Mutant(
        "the console names private channels to everybody",
        "bot/console/wording.py",
        '        known = self.everything or f"#{name}" in self.names.readable',
        "        known = bool(name)",
        _TESTS,
    ),
    Mutant(
        "the console shows insight to people who may only start the workflow",
        "bot/console/pages/insight.py",
        "        if not await reader.seen.sees_counts(workflow):",
        "        if not workflow.name:",
        _RIGHTS,
    ),
    Mutant(
        "the console counts all runs of a decision instead of the newest",
        "engine/runtime/queries/insight.py",
        "            min(_PAGE_SIZE, most),",
        "            _PAGE_SIZE,",
        _INSIGHT,
    ),
    Mutant(
        "a bar of the console's chart is as high as its part of all answers",
        "bot/console/pages/insight.py",
        '            "height": max(round(_HEIGHT * (week.agreement.ratio or 0)), 1),',
        '            "height": round(_HEIGHT * (week.agreement.ratio or 0)),',
        _INSIGHT,
    ),
    Mutant(
        "everybody who signed in reads the policies on the console",
        "bot/console/pages/policies.py",
        "    if not reader.everything:",
        "    if not reader.label:",
        _AUDIT,
    ),
    Mutant(
        "an open console exports the log",
        "bot/console/pages/events.py",
        "    if not reader.signed_in:",
        "    if not reader.label:",
        _AUDIT,
    ),
    Mutant(
        "the search of the log leaves out events that share their time with the last one of a page",
        "engine/store/queries/events.py",
        '        tests.append(f"({at}, seq) < (?, ?)")\n        values += min(places)',
        '        tests.append(f"{at} < ?")\n        values.append(min(places).at)',
        _AUDIT,
    ),
    Mutant(
        "Slack leads to a page that cannot show the form either",
        "bot/listeners/button_clicks.py",
        '        url = context.pages.of_request(request.id) if long_form(request) else ""',
        "        url = context.pages.of_request(request.id)",
        ("tests/bot/listeners/test_console_answers.py",),
    ),
    Mutant(
        "a start overlooks an index that lacks rows",
        "engine/store/files/checkup.py",
        '            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()\n',
        "            pass\n",
        ("tests/engine/store/test_torn_pages.py",),
    ),
    Mutant(
        "a link to a run shows its state where not everybody may see it",
        "bot/listeners/unfurls.py",
        "        if not await context.engine.audience.may_read(channel, run_id):",
        "        if not channel:",
        _UNFURLS,
    ),
    Mutant(
        "a link to another address shows the state of a run",
        "bot/views/runs/page_link.py",
        "        if not self.url or not link.startswith(start):\n"
        '            return ""\n        name = link.removeprefix(start)',
        '        if not self.url:\n            return ""\n        name = link.rpartition(_PATH)[2]',
        _UNFURLS,
    ),
    Mutant(
        "the messages of runs have no link to their page",
        "bot/outbox/renderer.py",
        '        if shown is not None and delivery.kind in ("run", "request"):',
        '        if shown is not None and delivery.kind == "line":',
        _UNFURLS,
    ),
]
