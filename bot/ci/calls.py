"""Starts a workflow of GitHub, or plays a manual job of GitLab, with the answer to a request.

Neither trusts the answer: the job that is started proves it to Signoff when it uses the approval.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp

from bot.ci.specs import CiTarget, CiTargets
from engine import SignoffError
from engine.addresses import InsideNetwork, PublicResolver

_SECONDS = 10.0
_MAX_PAGES = 20
_MAX_ANSWER_BYTES = 4 * 1024 * 1024
_ASKED = ("question", "details", "link", "on_behalf_of", "callback", "revises")
_BEGUN = frozenset({"pending", "running", "success", "failed", "waiting_for_resource", "preparing"})
"""States of a job that was played."""
_GONE = frozenset({"canceled", "canceling", "skipped"})


class NotStarted(Exception):
    """The job can never be started; the text says why."""


class _NotYet(Exception):
    """The job cannot be played yet; the text says why."""


class CiCalls:
    """`tell` a target the answer. `secret`: returns the value of a secret by its name; empty without one."""

    def __init__(self, targets: CiTargets, secret: Callable[[str], str]) -> None:
        self.targets, self._secret = targets, secret
        private = {
            (urlsplit(each.address).hostname or "").lower() for each in targets.targets if each.private
        }
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=PublicResolver(private)),
            timeout=aiohttp.ClientTimeout(total=_SECONDS),
            trust_env=False,
        )
        self._failed: dict[str, str] = {}
        """By target: why its last call failed."""

    @property
    def problem(self) -> str:
        """Return which targets could not be told their last answer, and why; usually empty."""
        return ". ".join(f"The CI target {name} {why}" for name, why in sorted(self._failed.items()))

    async def close(self) -> None:
        await self._http.close()

    async def tell(self, callback: str, gate: str, asked: Mapping[str, Any], told: Mapping[str, Any]) -> str:
        """Start what a callback names. Empty when it was started, else why not; the call may be repeated.

        `asked`: the input of the request. `told`: the answer as its requester sees it. Raises `NotStarted`.
        """
        found = self.targets.find(callback, gate)
        if isinstance(found, str):
            raise NotStarted(f"It {found}")
        target, pipeline = found
        answer = {
            "id": told["id"],
            "state": told["state"],
            "asked": {"gate": gate, **{name: asked[name] for name in _ASKED if asked.get(name)}},
        }
        try:
            error = await self._tell(target, pipeline, json.dumps(answer))
        except (NotStarted, _NotYet) as of_the_job:
            self._failed.pop(target.name, None)  # the target answered
            if isinstance(of_the_job, NotStarted):
                raise
            return str(of_the_job)
        if error:
            self._failed[target.name] = error
        else:
            self._failed.pop(target.name, None)
        return error

    async def _tell(self, target: CiTarget, pipeline: str, answer: str) -> str:
        try:
            token = await asyncio.to_thread(self._secret, target.token)
        except SignoffError as error:
            return f"has no token: {error}"
        if not token:
            return f"has no token: the secret {target.token} is not set"
        try:
            if target.kind == "github":
                return await self._dispatch(target, token, answer)
            return await self._play(target, token, pipeline, answer)
        except TimeoutError:
            return f"did not answer within {_SECONDS:.0f} s"
        except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            if isinstance(getattr(error, "os_error", None), InsideNetwork):
                return "is inside this machine's networks. Write private: true to call it there"
            return "could not be reached, or gave an answer that cannot be read"

    async def _dispatch(self, target: CiTarget, token: str, answer: str) -> str:
        url = f"{target.address}/repos/{target.project}/actions/workflows/{quote(target.workflow)}/dispatches"
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        body = {"ref": target.ref, "inputs": {"signoff": answer}}
        async with self._http.post(url, json=body, headers=headers, allow_redirects=False) as got:
            return _refusal(got.status)

    async def _play(self, target: CiTarget, token: str, pipeline: str, answer: str) -> str:
        project = f"{target.address}/projects/{quote(target.project, safe='')}"
        headers = {"PRIVATE-TOKEN": token}
        job = await self._job(target, f"{project}/pipelines/{pipeline}/jobs", headers)
        if isinstance(job, str):
            return job
        state = job.get("status")
        if state in _GONE:
            raise NotStarted(f"the job {target.job} of the pipeline {pipeline} is {state}")
        if state in _BEGUN:
            return ""  # it was played by an earlier call, whose answer was lost, or by a person
        if state != "manual":
            raise _NotYet(f"has the job {target.job} in the state {state}, in which it cannot be played yet")
        body = {"job_variables_attributes": [{"key": "SIGNOFF_ANSWER", "value": answer}]}
        url = f"{project}/jobs/{int(job['id'])}/play"
        async with self._http.post(url, json=body, headers=headers, allow_redirects=False) as got:
            return _refusal(got.status)

    async def _job(self, target: CiTarget, url: str, headers: dict[str, str]) -> dict[str, Any] | str:
        """Return the newest job of the target's name in a pipeline, or why there is none."""
        found: list[dict[str, Any]] = []
        for page in range(1, _MAX_PAGES + 1):
            query = {"per_page": "100", "page": str(page)}
            async with self._http.get(url, params=query, headers=headers, allow_redirects=False) as got:
                if refused := _refusal(got.status):
                    return refused
                jobs = json.loads(await _read(got))
            if not isinstance(jobs, list):
                raise ValueError("not a list of jobs")
            found += [each for each in jobs if isinstance(each, dict) and each.get("name") == target.job]
            if len(jobs) < 100:
                break
        else:
            return f"has a pipeline of more than {100 * _MAX_PAGES:,} jobs, which Signoff does not search"
        if not found:
            return f"has no job {target.job} in this pipeline"
        return max(found, key=lambda each: int(each["id"]))


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    content = await answer.content.read(_MAX_ANSWER_BYTES + 1)
    while len(content) <= _MAX_ANSWER_BYTES and (more := await answer.content.read(_MAX_ANSWER_BYTES)):
        content += more
    if len(content) > _MAX_ANSWER_BYTES:
        raise ValueError("too long")
    return content


def _refusal(status: int) -> str:
    if 200 <= status < 300:
        return ""
    remedy = {
        401: ". Check the token",
        403: ". Check what the token may do",
        404: ". Check project, workflow and job, and what the token may see",
        422: ". Check ref, and that the workflow has workflow_dispatch with the input signoff",
    }
    return f"answered with the status {status}{remedy.get(status, '')}"
