"""Asks at a gate of Signoff from a CI job, and waits for the answer: GitHub Actions and GitLab CI.

One file without dependencies, for Python 3.9 and later. It reads everything from the environment, so that the
token is neither on a command line nor in a log. `docs/guides/ci.md` says how to use it.
"""

from __future__ import annotations

import hashlib
import html
import http.client
import json
import os
import re
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

EXIT_CODES = {"approved": 0, "rejected": 3, "expired": 4, "changes_requested": 5, "responded": 6}
NO_ANSWER_IN_TIME = 7
MAX_DETAILS = 3000
MAX_OUTAGE_SECONDS = 300
MAX_ANSWER_BYTES = 2**20
WAIT_SECONDS = 25  # below the 30 seconds after which many proxies cut a silent connection
MAX_ROUNDS = 10
FROM_WORKFLOW = "Details from the workflow:"
ASKED = ("gate", "question", "details", "link", "on_behalf_of", "callback", "revises")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
STATES = ("open", *EXIT_CODES, "withdrawn")


class Problem(Exception):
    """The job cannot go on; the text says why, and the remedy."""


class Conflict(Problem):
    """Signoff answered 409: the state of the request does not allow it."""


class NotNow(Exception):
    """Signoff cannot answer now; the same call may be repeated after `seconds`.

    `busy`: Signoff itself answered so. Such an answer does not count as an outage.
    """

    def __init__(self, seconds: int, why: str, busy: bool = False) -> None:
        super().__init__(why)
        self.seconds, self.busy = seconds, busy


class Patience:
    """The rule for how long a call is repeated. Times are those of `time.monotonic()`."""

    def __init__(self, now: float, until: float) -> None:
        self._reached, self._until = now, until

    def ends(self, problem: NotNow, now: float) -> bool:
        """Return whether the job stops: after an outage of some minutes, or when its own time is up."""
        if problem.busy:
            self._reached = now
        return now - self._reached > MAX_OUTAGE_SECONDS + WAIT_SECONDS or now + problem.seconds > self._until


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token is for one address alone."""

    def redirect_request(self, *_: object) -> None:
        return None


class Signoff:
    """The approvals API. `until`: when the job gives up, by `time.monotonic()`."""

    def __init__(self, url: str, token: str, until: float) -> None:
        self._url, self._token, self._until = url.rstrip("/") + "/api/approvals", token, until
        self._opener = urllib.request.build_opener(NoRedirect)

    def ask(self, body: dict[str, str], key: str) -> dict[str, Any]:
        return self._call("", body, key)

    def use(self, request_id: str, body: dict[str, str], key: str) -> dict[str, Any]:
        return self._call(f"/{urllib.parse.quote(request_id, safe='')}/use", body, key)

    def wait(self, request_id: str, seconds: float) -> dict[str, Any]:
        wait = max(0, min(seconds, WAIT_SECONDS))
        return self._call(f"/{urllib.parse.quote(request_id, safe='')}?wait={wait:.0f}")

    def _call(self, path: str, body: dict[str, str] | None = None, key: str = "") -> dict[str, Any]:
        """Repeat the call while Signoff cannot be reached. A call with the same key changes nothing twice."""
        patience, told = Patience(time.monotonic(), self._until), ""
        while True:
            try:
                return self._try(path, body, key)
            except NotNow as problem:
                if patience.ends(problem, time.monotonic()):
                    raise Problem(str(problem)) from None
                if str(problem) != told:
                    told = str(problem)
                    say(f"{told} The job tries again.")
                time.sleep(problem.seconds)

    def _try(self, path: str, body: dict[str, str] | None, key: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers.update({"Content-Type": "application/json", "Idempotency-Key": key})
        data = None if body is None else json.dumps(body).encode()
        call = urllib.request.Request(self._url + path, data, headers)  # noqa: S310 - main checked the address
        try:
            with self._opener.open(call, timeout=WAIT_SECONDS + 30) as answer:
                return parsed(answer.read(MAX_ANSWER_BYTES))
        except urllib.error.HTTPError as error:
            raise refusal(error) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise NotNow(2, f"{self._url} could not be reached ({reason}). Check SIGNOFF_URL.") from None


def parsed(text: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
        raise Problem("The answer is not one of Signoff. Check SIGNOFF_URL.")
    if answer.get("state") not in STATES:
        raise Problem(
            f"Signoff answered with the state {answer.get('state')!r}, which this script does not know."
        )
    return answer


def refusal(error: urllib.error.HTTPError) -> Exception:
    try:
        problem = json.loads(error.read(MAX_ANSWER_BYTES))["error"]
        why = ": ".join(str(problem[name]) for name in ("field", "message") if problem.get(name))
    except (ValueError, LookupError, TypeError, AttributeError, OSError):
        why = f"Signoff answered {error.code}. Check SIGNOFF_URL."
    if error.code in (429, 502, 503, 504):
        after = error.headers.get("Retry-After", "")
        seconds = min(int(after), 60) if re.fullmatch("[0-9]{1,4}", after) else 5
        return NotNow(seconds, why, busy=error.code == 429)
    return Conflict(why) if error.code == 409 else Problem(why)


def setting(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def required(name: str, remedy: str) -> str:
    value = setting(name)
    if not value:
        raise Problem(f"{name} is empty. {remedy}")
    return value


def facts() -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the platform says of this job: its name, the facts for approvers, the rest."""
    if setting("GITLAB_CI"):
        job = {
            "run": [setting("CI_SERVER_URL"), setting("CI_PROJECT_PATH"), setting("CI_PIPELINE_ID")],
            "job": setting("CI_JOB_NAME"),
            "attempt": setting("CI_JOB_ID"),
            "link": setting("CI_PIPELINE_URL"),
            "by": setting("GITLAB_USER_LOGIN"),
        }
        shown = {
            "Repository": required("CI_PROJECT_PATH", "Run this in a job of GitLab CI."),
            "Ref": setting("CI_COMMIT_REF_NAME"),
            "Commit": required("CI_COMMIT_SHA", "Run this in a job of GitLab CI."),
        }
        return job, shown
    server, run_id = setting("GITHUB_SERVER_URL"), setting("GITHUB_RUN_ID")
    remedy = "Run this in a job of GitHub Actions or GitLab CI."
    repository = required("GITHUB_REPOSITORY", remedy)
    job = {
        "run": [server, repository, run_id],
        "job": setting("GITHUB_JOB"),
        "attempt": setting("GITHUB_RUN_ATTEMPT"),
        "link": f"{server}/{repository}/actions/runs/{run_id}",
        # The person who started the run stays the same when somebody runs it again.
        "by": setting("GITHUB_ACTOR"),
    }
    shown = {"Repository": repository, "Ref": setting("GITHUB_REF"), "Commit": required("GITHUB_SHA", remedy)}
    return job, shown


def question(job: dict[str, Any], shown: dict[str, str]) -> dict[str, str]:
    """Return the body of the request. What the platform says comes first, on lines of its own."""
    environment = setting("SIGNOFF_ENVIRONMENT", setting("CI_ENVIRONMENT_NAME"))
    shown = {**shown, "Environment": environment}
    for name, value in shown.items():
        if printable(value) != value:
            raise Problem(f"{name}: {value!r} has a character that cannot be shown.")
    lines = [f"{name}: {value}" for name, value in shown.items() if value]
    more = setting("SIGNOFF_DETAILS")
    details = "\n".join(lines + ([FROM_WORKFLOW, more] if more else []))
    if len(details) > MAX_DETAILS:
        raise Problem(
            f"details: with the {len(lines)} facts of the job, they have {len(details)} characters, of at "
            f"most {MAX_DETAILS}. Shorten them, or link to them."
        )
    target = f" to {environment}" if environment else ""
    default = f"Deploy {shown['Commit'][:12]} of {shown['Repository']}{target}?"
    return {
        "gate": required("SIGNOFF_GATE", "Set it to the name of a gate."),
        "question": setting("SIGNOFF_QUESTION", default),
        "details": details,
        "link": job["link"],
        "on_behalf_of": job["by"],
    }


def keyed(*parts: object) -> str:
    return "ci-" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def called_back() -> str:
    """Return the callback with which Signoff starts the job that goes on; empty if this job waits itself."""
    name = setting("SIGNOFF_CALLBACK")
    if not name:
        return ""
    callback = f"{name}/{setting('CI_PIPELINE_ID')}" if setting("GITLAB_CI") else name
    if not re.fullmatch("ci:[a-z0-9._-]{1,64}(/[0-9]{1,20})?", callback):
        raise Problem(f"SIGNOFF_CALLBACK: {name!r} is not the name of a target like ci:shop.")
    return callback


def asked_now(
    signoff: Signoff, body: dict[str, str], base: list[Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Ask, and return the request and what was asked."""
    found, asked = signoff.ask(body, keyed(base)), body
    for _ in range(MAX_ROUNDS):
        if found["state"] != "changes_requested":
            break
        # An earlier attempt was sent back: its request is asked again, in its thread.
        asked = {**body, "revises": found["id"]}
        found = signoff.ask(asked, keyed(base))
    return found, asked


def only_asked(signoff: Signoff, body: dict[str, str], job: dict[str, Any]) -> dict[str, Any]:
    """Ask, and return the open request. Another job goes on when it is decided."""
    base = [job["run"], job["job"], setting("SIGNOFF_KEY"), body]
    found, _ = asked_now(signoff, body, base)
    # The job of an earlier attempt has the answer already, or had it.
    return found if found["state"] == "open" else signoff.ask(body, keyed(base, job["attempt"]))


def continued(signoff: Signoff, text: str, here: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the request whose answer started this job, used if it was approved, and the facts shown.

    `text` proves nothing. Signoff compares all of it with what was asked before it lets the approval be used.
    """
    try:
        answer = json.loads(text)
        id_, asked = answer["id"], answer["asked"]
        fine = isinstance(id_, str) and all(isinstance(asked[name], str) for name in asked)
        fine = fine and {"gate", "question", "details"} <= {*asked} <= {*ASKED}
    except (ValueError, LookupError, TypeError):
        fine = False
    if not fine:
        raise Problem("SIGNOFF_ANSWER is not an answer of Signoff. Pass what Signoff sent, unchanged.")
    lines = asked["details"].split(f"\n{FROM_WORKFLOW}\n")[0].split("\n")
    facts = dict(line.split(": ", 1) for line in lines if ": " in line)
    expected = {**here, "gate": required("SIGNOFF_GATE", "Set it to the name of a gate.")}
    for name, value in expected.items():
        about = asked["gate"] if name == "gate" else facts.get(name, "")
        if about != value:
            raise Problem(f"{name}: the request is about {about!r}, and this job about {value!r}.")
    return used(signoff, signoff.wait(id_, 0), asked), facts


def own_facts(shown: dict[str, str]) -> dict[str, str]:
    """Return the facts in which a job that goes on must agree with what approvers saw."""
    here = {"Repository": shown["Repository"]}
    if setting("GITLAB_CI"):  # it goes on in the same pipeline; a workflow of GitHub starts at a branch
        here["Commit"] = shown["Commit"]
    if environment := setting("SIGNOFF_ENVIRONMENT", setting("CI_ENVIRONMENT_NAME")):
        here["Environment"] = environment
    return here


def answered(signoff: Signoff, body: dict[str, str], job: dict[str, Any], until: float) -> dict[str, Any]:
    """Return the request: used if it was approved, open if nobody answered in time."""
    base = [job["run"], job["job"], setting("SIGNOFF_KEY"), body]
    found, asked = asked_now(signoff, body, base)
    if found["state"] == "approved":
        try:
            return used(signoff, found, asked)
        except Conflict as conflict:
            say(f"{found['id']} cannot be used ({conflict}). Signoff asks again.")
    if found["state"] != "open":
        # An earlier attempt ended without an approval that is left for this one.
        found, asked = signoff.ask(body, keyed(base, job["attempt"])), body
    return used(signoff, waited(signoff, found, until), asked)


def waited(signoff: Signoff, found: dict[str, Any], until: float) -> dict[str, Any]:
    if found["state"] == "open":
        say(f"Asked: {found['id']}. It waits for a decision.")
    while found["state"] == "open" and time.monotonic() < until:
        found = signoff.wait(found["id"], until - time.monotonic())
    return found


def used(signoff: Signoff, found: dict[str, Any], asked: dict[str, str]) -> dict[str, Any]:
    """Use an approval of exactly what was asked, so that no other job and no later attempt can."""
    return signoff.use(found["id"], asked, secrets.token_hex(16)) if found["state"] == "approved" else found


def printable(text: object) -> str:
    """Return a text on one line, in which the log of a job finds no command."""
    line = "".join(character if character.isprintable() else "·" for character in str(text))
    return line.replace("##[", "# #[")


def say(text: object) -> None:
    # The prefix keeps `::` away from the start of the line, where GitHub reads commands.
    line = f"Signoff: {printable(text)}\n"
    # Not every runner's log takes every character, and an error here would fail a job that was approved.
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def report(found: dict[str, Any], facts: dict[str, str]) -> None:
    """Give the answer to later steps, and show it. `facts`: about which approvers were asked."""
    values = {
        "state": found["state"],
        "id": found["id"],
        "by": ",".join(str(person) for person in found.get("by") or []),
        "comment": str(found.get("comment") or ""),
        "commit": facts.get("Commit", ""),
        "ref": facts.get("Ref", ""),
    }
    if output := setting("GITHUB_OUTPUT"):
        with open(output, "a", encoding="utf-8") as file:
            for name, value in values.items():
                # A random end: no comment can close it and set another output.
                end = secrets.token_hex(16)
                file.write(f"{name}<<{end}\n{value}\n{end}\n")
    if summary := setting("GITHUB_STEP_SUMMARY"):
        rows = "".join(f"{name}: {printable(value)}\n" for name, value in values.items() if value)
        with open(summary, "a", encoding="utf-8") as file:
            file.write(f"<h3>Signoff</h3>\n<pre>{html.escape(rows)}</pre>\n")
    by = f" by {values['by']}" if values["by"] else ""
    comment = f": {values['comment']}" if values["comment"] else ""
    say(f"{found['id']}: {found['state'].replace('_', ' ')}{by}{comment}")


def checked_url() -> str:
    url = required("SIGNOFF_URL", "Set it to the address of Signoff, such as https://signoff.example.com.")
    try:
        parts = urllib.parse.urlsplit(url)
        complete = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        complete = False
    if not complete or not re.fullmatch("[!-~]+", url) or re.search("[?#@]", url):
        raise Problem("SIGNOFF_URL is not an address like https://signoff.example.com.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Problem("SIGNOFF_URL would take the token over the network unencrypted. Use https://.")
    return url


def minutes() -> float:
    text = setting("SIGNOFF_TIMEOUT_MINUTES", "60")
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text) or float(text) <= 0:
        raise Problem(f"SIGNOFF_TIMEOUT_MINUTES: {text!r} is not a number of minutes. Write 60, for example.")
    return float(text)


def main() -> int:
    token = os.environ.pop("SIGNOFF_TOKEN", "").strip()
    if not re.fullmatch("[!-~]{1,200}", token):
        raise Problem(
            "SIGNOFF_TOKEN is empty, or has a character that tokens do not have. Store it as a secret."
        )
    until = time.monotonic() + minutes() * 60
    signoff = Signoff(checked_url(), token, until)
    job, shown = facts()
    if answer := setting("SIGNOFF_ANSWER"):
        found, shown = continued(signoff, answer, own_facts(shown))
    elif callback := called_back():
        found = only_asked(signoff, {**question(job, shown), "callback": callback}, job)
        report(found, shown)
        say("This job ends. Signoff starts the job that goes on when the request is decided.")
        return 0 if found["state"] == "open" else EXIT_CODES.get(found["state"], 1)
    else:
        found = answered(signoff, question(job, shown), job, until)
    report(found, shown)
    if found["state"] == "open":
        say("Nobody answered in time. The request stays open: run the job again to wait for it.")
        return NO_ANSWER_IN_TIME
    return EXIT_CODES.get(found["state"], 1)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        say(problem)
        sys.exit(1)
    except KeyboardInterrupt:
        say("The job was cancelled. The request stays open: run the job again to wait for it.")
        sys.exit(130)
