"""One delivery to Slack, exactly once: written down before it is posted, looked for before it is repeated."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

from bot.outbox import problems
from bot.outbox.delivery_order import MAX_RETRY_INTERVAL
from bot.outbox.file_sharing import share_file
from bot.outbox.ports import TAIL, Delivery, DeliveryStore, Message, Slack
from bot.outbox.problems import Problem
from bot.outbox.projector import FAILURE_ALERT
from bot.outbox.rate_limits import Pace
from bot.outbox.reconcile import Destination, Finder, opaque
from bot.outbox.recorded import BLOCKED, NotRecorded
from bot.outbox.router import Router, Unpostable
from bot.outbox.run_pictures import KIND as PICTURE
from bot.slack.call_results import Ambiguous, CallResult, Limited, Rejected, Sent, Unreached
from bot.slack.web_api import SlackBusy, SlackUnreachable
from bot.views.requests.full_content import File
from engine import Clock

log = logging.getLogger(__name__)

EVENT_TYPE = "signoff_message"
NEVER_CHANGE = ("line", "full", "trigger", "health", "review", "checkpoint", "absence", PICTURE)
"""Kinds that are posted once: wanted again, they are there already."""
SETTLE_INTERVAL = timedelta(seconds=2)
"""A request that was cut off may still be under way in Slack: look for its message after this."""
_MIN_RETRY_INTERVAL = timedelta(seconds=30)
_MAX_RECONNECT_INTERVAL = timedelta(seconds=60)
_SHUT_OUT_INTERVAL = timedelta(seconds=60)


class Render(Protocol):
    """The message as the records have it at this moment; None: there is nothing to say any more."""

    async def __call__(self, delivery: Delivery, *, plan: bool) -> Message | File | None: ...


Report = Callable[[Delivery, Problem], Awaitable[None]]
Again = Callable[[str], Awaitable[None]]
"""Shows the message with this key again: what it says has changed, and no event says so."""
Instead = Callable[[Delivery, int], Awaitable[None]]
"""Wants a file's text in so many posts in its place."""
Renamed = Callable[[Delivery, str, str], Awaitable[None]]
"""Tells that the channel of a message has another name now: its name in the file, and its id."""
Channels = Callable[[str], str | None]
"""The channel that a workflow, as it is loaded now, has."""


@dataclass(slots=True)
class Sender:
    """Delivers one row at a time; what may go when is the dispatcher's to say."""

    slack: Slack
    deliveries: DeliveryStore
    router: Router
    pace: Pace
    render: Render
    report: Report
    again: Again
    instead: Instead
    clock: Clock
    loaded_channel: Channels = lambda workflow: None
    renamed: Renamed | None = None
    plan: bool = True
    """Does this workspace take `plan` blocks, as far as is known?"""
    shut_out: str = ""
    """Slack's error code while the bot's token is refused."""

    async def deliver(self, delivery: Delivery) -> None:
        """Bring one message to its newest form, or write down what is in the way."""
        try:
            if delivery.state == "posting":
                await self._settle(delivery)
            elif delivery.ref is not None:
                await self._update(delivery)
            else:
                await self._post_first(delivery)
        except Unpostable as error:
            await self._blocked(delivery, error.problem)
        except NotRecorded as error:
            await self.deliveries.unrecorded(delivery.key, str(error))
        except SlackBusy as error:
            await self._later(delivery, timedelta(seconds=error.seconds), "")
        except SlackUnreachable as error:
            await self._later(delivery, SETTLE_INTERVAL, str(error))

    async def _content(self, delivery: Delivery) -> Message | File | None:
        content = await self.render(delivery, plan=self.plan)
        if content is None:
            await self.deliveries.sent(delivery.key, delivery.wanted, delivery.ref)
        return content

    # Posting

    async def _post_first(self, delivery: Delivery) -> None:
        content = await self._content(delivery)
        if content is None:
            return
        problem: Problem | None = None
        paid_for = self.router.known((self._candidates(delivery) or [""])[0])
        for ref in self._candidates(delivery):
            try:
                destination = await self._place(delivery, ref)
            except Unpostable as error:
                problem = problem or error.problem
                continue
            if ref and destination.channel != paid_for:
                self.pace.take("chat.postMessage", destination.channel, self.clock.monotonic())
            refused = await self._post(delivery, destination, content)
            if refused is None:
                return
            problem = problem or replace(refused, channel=ref or destination.channel)
        await self._blocked(delivery, problem or Problem("no_channel"))

    def _candidates(self, delivery: Delivery) -> list[str]:
        target = delivery.target
        if "channels" not in target:
            return [""]
        loaded = self.loaded_channel(target["workflow"]) if target.get("workflow") else None
        thread = [""] if "thread_of" in target else []  # a new thread is better than nobody who reads it
        return list(dict.fromkeys([*thread, *target["channels"], *([loaded] if loaded else [])]))

    async def _place(self, delivery: Delivery, ref: str) -> Destination:
        target, since = delivery.target, float(delivery.target.get("since", 0))
        if "user" in target:
            return Destination(await self.router.direct(target["user"]), None, since)
        if "thread_of" in target and not ref:
            parent = await self.deliveries.get(target["thread_of"])
            if parent is None or parent.state == "dead":
                raise Unpostable(Problem("thread_not_found"))
            if parent.ref is None:
                raise SlackUnreachable("its thread is being posted again")
            return Destination(parent.ref["channel"], parent.ref.get("thread_ts") or parent.ref["ts"], since)
        return Destination(await self.router.channel(ref), None, since, ref)

    async def _post(
        self,
        delivery: Delivery,
        destination: Destination,
        content: Message | File,
        *,
        broadcast: bool = False,
    ) -> Problem | None:
        """None when that is the end of it for now; a problem when another place may be tried."""
        await self.deliveries.begin(delivery.key)
        delivery = replace(delivery, state="posting", tries=delivery.tries + 1)
        if isinstance(content, File):
            outcome = await share_file(self.slack, destination, content)
            if isinstance(outcome, Rejected) and content.as_posts and outcome.code not in problems.TOKEN:
                await self._as_posts(delivery, content, outcome.code)
                return None
        else:
            outcome = await self._write_post(delivery, destination, content, broadcast)
            if isinstance(outcome, Rejected) and outcome.code in problems.SHAPE:
                return await self._misshapen(delivery, destination, outcome, content)
        match outcome:
            case Rejected(code) if code in problems.TOKEN:
                await self._shut_out(replace(delivery, state="idle"), code)
            case Rejected(code) if _hopeless(delivery, code):
                await self.deliveries.dead(delivery.key, code)
            case Rejected(code, detail, needed):
                await self.deliveries.later(delivery.key, None, code, ambiguous=False)
                return Problem(code, destination.channel, needed, detail)
            case _:
                await self._ended(delivery, outcome, destination)
        return None

    async def _misshapen(
        self, delivery: Delivery, destination: Destination, refused: Rejected, content: Message
    ) -> Problem | None:
        """Slack refused the blocks: without those that it may have meant, or as text, or not at all."""
        code = refused.code
        if content.fragile:
            return await self._plainly(delivery, destination, refused, content)
        await self.deliveries.later(delivery.key, None, code, ambiguous=False)
        if _bare_will_do(delivery, content):
            log.warning("Slack refused the blocks of a message (%s): its text goes out alone", code)
            return await self._post(delivery, destination, Message(content.text))
        return Problem(code, destination.channel, refused.needed, refused.detail)

    async def _plainly(
        self, delivery: Delivery, destination: Destination, refused: Rejected, content: Message
    ) -> Problem | None:
        """Without the blocks that Slack may have refused: better a plain message than none."""
        await self.deliveries.later(delivery.key, None, refused.code, ambiguous=False)
        plain = await self.render(delivery, plan=False)
        if not isinstance(plain, Message) or plain.fragile:
            return Problem(refused.code, destination.channel, refused.needed, refused.detail)
        problem = await self._post(delivery, destination, plain)
        if problem is None and content.has_plan:
            self._no_plan(refused)
        return problem

    async def _write_post(
        self, delivery: Delivery, destination: Destination, content: Message, broadcast: bool
    ) -> CallResult:
        arguments: dict[str, Any] = {
            "channel": destination.channel,
            **_body(content),
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": opaque(delivery.key)}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if destination.thread_ts:
            arguments["thread_ts"] = destination.thread_ts
        if broadcast or (delivery.target.get("aloud") and destination.thread_ts):
            arguments["reply_broadcast"] = True
        return await self.slack.write("chat.postMessage", arguments)

    async def _as_posts(self, delivery: Delivery, file: File, code: str) -> None:
        log.warning("No file can be shared (%s): its text goes into %d posts", code, file.as_posts)
        await self.deliveries.later(delivery.key, None, "", ambiguous=False)
        await self.instead(delivery, file.as_posts)

    async def _ended(self, delivery: Delivery, outcome: CallResult, destination: Destination) -> None:
        match outcome:
            case Sent(data):
                self.shut_out = ""
                await self._arrived(delivery, delivery.wanted, destination.ref(data))
                await self._posted(delivery, destination)
            case Limited(seconds):
                self._limited("chat.postMessage", seconds)
                await self.deliveries.later(delivery.key, None, "", ambiguous=False)
            case Unreached(why):
                await self._later(replace(delivery, state="idle"), _reconnect_after(delivery.tries), why)
            case Ambiguous(why):
                log.warning("A post may or may not have arrived (%s): looking for it first", why)
                await self._later(delivery, SETTLE_INTERVAL, why)
                if destination.name:  # else it is looked for in a channel that takes the name meanwhile
                    await self.router.posted(destination.name, destination.channel)

    async def _arrived(self, delivery: Delivery, version: int, ref: Mapping[str, str]) -> None:
        await self.deliveries.sent(delivery.key, version, ref)
        if delivery.kind == "full" and delivery.error:
            await self.again(delivery.target["thread_of"])  # the question said that it was lacking

    async def _posted(self, delivery: Delivery, destination: Destination) -> None:
        if not destination.name:
            return
        await self.router.posted(destination.name, destination.channel)
        if self.renamed is not None and self.router.was_renamed(destination.name):
            await self.renamed(delivery, destination.name, destination.channel)

    # A post that may have happened

    async def _settle(self, delivery: Delivery) -> None:
        finder = Finder(self.slack, opaque(delivery.key), EVENT_TYPE)
        for destination in await self._perhaps_in(delivery):
            try:
                ts = await finder.find(destination, unless=delivery.ref and delivery.ref["ts"])
            except Unpostable as error:
                if error.problem.code == "channel_not_found":
                    continue  # the bot can't see the channel, so it can't have posted there
                raise Unpostable(replace(error.problem, channel=destination.channel)) from None
            if ts is not None:
                log.info("A post that was in doubt did arrive")
                # Nobody knows which version it shows; a line never changes.
                shown = delivery.wanted if _never_changes(delivery) else delivery.sent
                await self._arrived(
                    delivery, shown, destination.ref({"channel": destination.channel, "ts": ts})
                )
                await self._posted(delivery, destination)
                return
        await self.deliveries.later(delivery.key, None, "", ambiguous=False)

    async def _perhaps_in(self, delivery: Delivery) -> list[Destination]:
        if delivery.ref is not None:
            return [_thread_of(delivery)]
        places = []
        for ref in self._candidates(delivery):
            try:
                places.append(await self._place(delivery, ref))
            except Unpostable as error:
                log.info("Nothing to be found there: %s", error)
        return places

    # Updating

    async def _update(self, delivery: Delivery) -> None:
        if _never_changes(delivery):
            await self.deliveries.sent(delivery.key, delivery.wanted, delivery.ref)
            return
        content = await self._content(delivery)
        if not isinstance(content, Message):
            return
        outcome = await self._write_update(delivery, content)
        if isinstance(outcome, Rejected) and outcome.code in problems.SHAPE and content.fragile:
            plain = await self.render(delivery, plan=False)
            if isinstance(plain, Message) and not plain.fragile:
                refused, outcome = outcome, await self._write_update(delivery, plain)
                if isinstance(outcome, Sent) and content.has_plan:
                    self._no_plan(refused)
        misshapen = isinstance(outcome, Rejected) and outcome.code in problems.SHAPE
        if misshapen and _bare_will_do(delivery, content):
            outcome = await self._write_update(delivery, Message(content.text))
        await self._updated(delivery, outcome, content)

    async def _write_update(self, delivery: Delivery, content: Message) -> CallResult:
        ref = delivery.ref
        return await self.slack.write(
            "chat.update", {"channel": ref["channel"], "ts": ref["ts"], **_body(content)}
        )

    async def _updated(self, delivery: Delivery, outcome: CallResult, content: Message) -> None:
        match outcome:
            case Sent():
                self.shut_out = ""
                await self.deliveries.sent(delivery.key, delivery.wanted, delivery.ref)
            case Limited(seconds):
                self._limited("chat.update", seconds)
            case Ambiguous(why) | Unreached(why):
                await self._later(delivery, SETTLE_INTERVAL, why)
            case Rejected(code) if code in problems.TOKEN:
                await self._shut_out(delivery, code)
            case Rejected(code) if code in problems.GONE:
                await self._gone(delivery)
            case Rejected("edit_window_closed"):
                # The old message keeps its buttons, so the channel has to see what is true now.
                broadcast = delivery.kind == "request"
                refused = await self._post(delivery, _thread_of(delivery), content, broadcast=broadcast)
                if refused is not None:
                    await self._blocked(delivery, refused)
            case Rejected(code, detail, needed):
                await self._blocked(delivery, Problem(code, delivery.ref["channel"], needed, detail))

    async def _gone(self, delivery: Delivery) -> None:
        """Post a deleted message again, with the full texts of its thread, but no log that follows a step."""
        if delivery.kind == TAIL:
            await self.deliveries.dead(delivery.key, "deleted")
            return
        await self.deliveries.forget_ref(delivery.key)
        if delivery.kind == "request":
            for row in await self.deliveries.find(subject=delivery.subject, kind="full"):
                if row.target["thread_of"] == delivery.key:
                    await self.deliveries.forget_ref(row.key)

    # What is in the way

    async def _blocked(self, delivery: Delivery, problem: Problem) -> None:
        if _hopeless(delivery, problem.code):
            await self.deliveries.dead(delivery.key, problem.code)
            return
        if problem.code in problems.TOKEN:
            await self._shut_out(delivery, problem.code)
            return
        if delivery.kind == PICTURE:  # the message shows the steps too
            await self.report(delivery, problem)
            await self.deliveries.dead(delivery.key, str(problem))
            return
        await self._later(delivery, self._patience(delivery), str(problem), refused=True)
        await self.report(delivery, problem)
        if delivery.kind == "full" and delivery.error != str(problem):
            await self.again(delivery.target["thread_of"])

    def _patience(self, delivery: Delivery) -> timedelta:
        # By the age of the message, so that a restart neither forgets nor hurries it.
        age = self.clock.now().timestamp() - float(delivery.target.get("since", 0))
        return max(_MIN_RETRY_INTERVAL, min(timedelta(seconds=age / 4), MAX_RETRY_INTERVAL))

    async def _later(
        self, delivery: Delivery, after: timedelta, error: str, *, refused: bool = False
    ) -> None:
        ambiguous, until = delivery.state == "posting", self.clock.now() + after
        await self.deliveries.later(delivery.key, until, error, ambiguous=ambiguous, refused=refused)

    async def _shut_out(self, delivery: Delivery, code: str) -> None:
        log.error("%s", problems.remedy(Problem(code), "", ""))
        self.shut_out = code
        self.pace.pause("*", self.clock.monotonic() + _SHUT_OUT_INTERVAL.total_seconds())
        await self._later(delivery, _SHUT_OUT_INTERVAL, code)

    def _limited(self, method: str, seconds: float) -> None:
        log.info("Slack asks for a pause of %g s in %s", seconds, method)
        self.pace.pause(method, self.clock.monotonic() + seconds)

    def _no_plan(self, refused: Rejected) -> None:
        log.info("This workspace takes no plan blocks (%s): steps are shown as text", refused.code)
        self.plan = False


def _never_changes(delivery: Delivery) -> bool:
    """Return whether it is posted once.

    The line about a blocked request changes when the request arrives, and an alert when people answer.
    """
    return delivery.kind in NEVER_CHANGE and (delivery.data or {}).get("type") not in (BLOCKED, FAILURE_ALERT)


def _bare_will_do(delivery: Delivery, content: Message) -> bool:
    """Its text says what it has to. A question has buttons, and says what people decide on."""
    return delivery.kind not in ("request", "full") and bool(content.blocks)


def _hopeless(delivery: Delivery, code: str) -> bool:
    """It is not worth another try. What people need to decide on is always tried again."""
    gone = code in ("thread_not_found", "invalid_thread_ts") and delivery.kind != "full"
    gone = gone and "channels" not in delivery.target
    return gone or code in problems.NOBODY


def _body(content: Message) -> Mapping[str, Any]:
    return {"text": content.text, "blocks": [dict(block) for block in content.blocks]}


def _thread_of(delivery: Delivery) -> Destination:
    ref = delivery.ref
    return Destination(
        ref["channel"], ref.get("thread_ts") or ref["ts"], float(delivery.target.get("since", 0))
    )


def _reconnect_after(tries: int) -> timedelta:
    return min(SETTLE_INTERVAL * (1 << min(max(tries - 1, 0), 10)), _MAX_RECONNECT_INTERVAL)
