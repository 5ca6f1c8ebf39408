"""A local GitHub and a local GitLab: the calls that Signoff makes, as their documentation describes them."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "a-token-of-the-local-apis"


@dataclass
class LocalApis:
    """Calls that came. `dispatched`: inputs of started workflows. `jobs`: of the pipeline 7, by page.

    `played`: variables of jobs that were played. `answers`: statuses of the next calls, instead of theirs.
    """

    dispatched: list[dict[str, Any]] = field(default_factory=list)
    jobs: list[list[dict[str, Any]]] = field(default_factory=list)
    played: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    url: str = ""

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/repos/acme/shop/actions/workflows/decided.yml/dispatches", self.dispatch)
        app.router.add_get("/api/v4/projects/{project}/pipelines/7/jobs", self.list_jobs)
        app.router.add_post("/api/v4/projects/{project}/jobs/{job}/play", self.play)
        return app

    def refused(self, request: web.Request) -> web.Response | None:
        if self.answers and (status := self.answers.pop(0)) != 200:
            return web.Response(status=status, headers={"Location": f"{self.url}/elsewhere"})
        sent = request.headers.get("PRIVATE-TOKEN", request.headers.get("Authorization", ""))
        return None if sent.removeprefix("Bearer ") == TOKEN else web.Response(status=401)

    async def dispatch(self, request: web.Request) -> web.Response:
        if (refused := self.refused(request)) is not None:
            return refused
        body = await request.json()
        if set(body) != {"ref", "inputs"} or set(body["inputs"]) != {"signoff"} or body["ref"] != "main":
            return web.Response(status=422)
        self.dispatched.append(body["inputs"])
        return web.Response(status=204)

    async def list_jobs(self, request: web.Request) -> web.Response:
        if (refused := self.refused(request)) is not None:
            return refused
        if request.match_info["project"] != "acme/shop":
            return web.Response(status=404)
        page = int(request.query["page"]) - 1
        return web.json_response(self.jobs[page] if page < len(self.jobs) else [])

    async def play(self, request: web.Request) -> web.Response:
        if (refused := self.refused(request)) is not None:
            return refused
        (job,) = (each for page in self.jobs for each in page if str(each["id"]) == request.match_info["job"])
        if job["status"] != "manual":
            return web.Response(status=400)
        job["status"] = "pending"
        (variable,) = (await request.json())["job_variables_attributes"]
        assert variable["key"] == "SIGNOFF_ANSWER"
        self.played.append(json.loads(variable["value"]))
        return web.json_response(job)
