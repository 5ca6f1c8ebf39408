"""The one place that resolves secrets: from a folder, the environment or a command."""

import asyncio
import os
import re
import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol

from engine.errors import Fatal, SecretUnavailable
from engine.model.text.known_secrets import MIN_SECRET_LENGTH, KnownSecrets
from engine.regular_files import read_bytes

__all__ = ["NAME", "VAULT", "Vault", "command_problem", "reveal", "revealed"]

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_MAX_BYTES = 64_000
_COMMAND_SECONDS = 10
_MAX_COMMANDS = 8
"""How many execute at once."""
_KEEP_SECONDS, _AGAIN_SECONDS = 300.0, 30.0
"""How long an answer of the command counts, and how long one that has no value."""


class Reveals(Protocol):
    """Something that gives the value of a secret."""

    def reveal(self, name: str) -> str: ...


VAULT: ContextVar[Reveals | None] = ContextVar("VAULT", default=None)
"""Set while a step executes, in its tasks and threads."""


def reveal(name: str) -> str:
    """Return the value of a secret. Raises `Fatal` outside of a step, and as `Vault.reveal`."""
    vault = VAULT.get()
    if vault is None:
        raise Fatal(
            f'secret("{name}") is revealed in a step alone. Call reveal() in the function of a step, and not '
            "while the file is loaded or in a thread of your own. A test starts the workflow with Harness."
        )
    return vault.reveal(name)


async def revealed(name: str) -> str:
    """As `reveal`, without holding the loop."""
    vault = VAULT.get()
    if isinstance(vault, Vault):
        await vault.fresh([name])
    return await asyncio.to_thread(reveal, name)


class Vault:
    """The secrets of this process.

    A file in `folder` comes first, then the environment, then `command`, in which `{name}` is the name.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
        command: str = "",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.known = KnownSecrets()
        self.expected: frozenset[str] = frozenset()
        """The names in the workflow files."""
        self._environ: Mapping[str, str] = os.environ if environ is None else environ
        mounted = self._environ.get("CREDENTIALS_DIRECTORY")
        self._folders = [each for each in (folder, Path(mounted) if mounted else None) if each is not None]
        self._command, self._now = shlex.split(command), now
        self.asks = bool(self._command)
        """A command is asked for secrets."""
        self._of_workflows: Mapping[str, frozenset[str]] = {}
        self._answers: dict[str, tuple[str | SecretUnavailable, float]] = {}
        self._found: dict[str, float] = {}
        """When a name was last found in a file or the environment, so that no command is asked."""
        self._asked_now: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._room = threading.Semaphore(_MAX_COMMANDS)

    def expect(self, names: Mapping[str, Iterable[str]]) -> None:
        """Take the names that the loaded workflow files have, by workflow."""
        self._of_workflows = {workflow: frozenset(each) for workflow, each in names.items()}
        self.expected = frozenset().union(*self._of_workflows.values())

    def find(self, name: str) -> str:
        """Return the value; empty if there is none. Raises `SecretUnavailable` if it cannot be read."""
        if not NAME.fullmatch(name):
            return ""
        value = self._from_place(name) or self._from_command(name)
        self.known.add(value, name)
        return value

    def reveal(self, name: str) -> str:
        """Return the value. Raises `Fatal` for a secret that is missing or too short to be hidden."""
        value = self.find(name)
        if not value:
            raise Fatal(f"The secret {name} is not set. {self.remedy(name)}")
        if len(value) < MIN_SECRET_LENGTH:
            raise Fatal(
                f"The secret {name} has {len(value)} characters. Signoff cannot hide one with fewer than "
                f"{MIN_SECRET_LENGTH}, so no step gets it. Use a longer one."
            )
        return value

    def problems(self, names: Collection[str] = ()) -> list[str]:
        """Return a sentence for each secret that steps would not get. `names`: others than the expected."""
        found = []
        wanted = sorted({*self.expected, *names})
        self._ask(wanted)
        for name in wanted:
            try:
                self.reveal(name)
            except (Fatal, SecretUnavailable) as problem:
                found.append(str(problem))
        return found

    async def refresh(self, workflow: str) -> None:
        """Ask the command again where its answers are old. Waits only for the secrets of the workflow."""
        if self._command:
            self._ask(self.expected)
            await self.fresh(self._of_workflows.get(workflow, ()))

    async def fresh(self, names: Iterable[str]) -> None:
        """Wait until the command has answered where its answers are old."""
        if asked := self._ask(names):
            await asyncio.gather(*map(asyncio.wrap_future, asked))

    def remedy(self, name: str) -> str:
        """Return where a person can put the value."""
        folder = f", or in the file {self._folders[0] / name}" if self._folders else ""
        command = ", or give it to the command of SIGNOFF_SECRETS_COMMAND" if self._command else ""
        where = "" if folder or command else ", or name a folder of files with SIGNOFF_SECRETS_DIR"
        return f"Set it in the environment of Signoff{folder}{command}{where}."

    def _is_old(self, name: str) -> bool:
        if name not in self._answers:
            return True
        at, has_value = self._answers[name][1], self._has_value(name)
        return self._now() - at > (_KEEP_SECONDS if has_value else _AGAIN_SECONDS)

    def _has_value(self, name: str) -> bool:
        answer, _ = self._answers.get(name, ("", 0.0))
        return isinstance(answer, str) and bool(answer)

    def _from_file(self, name: str) -> str:
        for folder in self._folders:
            path = folder / name
            try:
                content = read_bytes(path)
                if len(content) > _MAX_BYTES:
                    raise SecretUnavailable(
                        f"The secret {name} cannot be read: {path} is larger than {_MAX_BYTES:,} bytes."
                    )
                return content.decode().replace("\r\n", "\n").strip()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise SecretUnavailable(
                    f"The secret {name} cannot be read from {path}: {error.strerror}. Put a file there "
                    "that the user of Signoff can read."
                ) from None
            except UnicodeDecodeError:
                raise SecretUnavailable(f"The secret {name} cannot be read: {path} is not UTF-8.") from None
        return ""

    def _from_place(self, name: str) -> str:
        return self._from_file(name) or self._environ.get(name, "").strip()

    def _is_in_place(self, name: str) -> bool:
        """The name is in a file or the environment, or was within the last seconds."""
        if self._now() - self._found.get(name, float("-inf")) <= _AGAIN_SECONDS:
            return True
        try:
            found = bool(self._from_place(name))
        except SecretUnavailable:
            found = True
        if found:
            self._found[name] = self._now()
        return found

    def _ask(self, names: Iterable[str]) -> list[Future[None]]:
        """Let the command be asked for the names whose answers are old; return what ends with each answer."""
        if not self._command:
            return []
        old = [name for name in names if self._is_old(name) and NAME.fullmatch(name)]
        asked = [self._asking(name) for name in old if not self._is_in_place(name)]
        return [each for each in asked if each is not None]

    def _asking(self, name: str) -> Future[None] | None:
        """Ask in a thread of its own, once for all that wait; None if the answer is fresh."""
        with self._lock:
            if not self._is_old(name):
                return None
            if name not in self._asked_now:
                end: Future[None] = Future()
                end.set_running_or_notify_cancel()  # who stops waiting stops nobody else
                threading.Thread(
                    target=self._answer, args=(name, end), name=f"signoff-secret-{name}", daemon=True
                ).start()
                self._asked_now[name] = end
            return self._asked_now[name]

    def _answer(self, name: str, end: Future[None]) -> None:
        answer: str | SecretUnavailable
        try:
            with self._room:
                answer = self._asked(name)
            self.known.add(answer, name)
        except SecretUnavailable as error:
            answer = error
        except Exception as error:
            answer = SecretUnavailable(f"The secret {name} cannot be read ({type(error).__name__}).")
        with self._lock:
            self._answers[name] = answer, self._now()
            del self._asked_now[name]
        end.set_result(None)

    def _from_command(self, name: str) -> str:
        if not self._command:
            return ""
        asked = self._asking(name) if self._is_old(name) else None
        # On the loop, the last value serves until the new answer is there.
        if asked is not None and not (_on_loop() and self._has_value(name)):
            asked.result()
        answer = self._answers[name][0]
        if isinstance(answer, SecretUnavailable):
            raise SecretUnavailable(str(answer))
        return answer

    def _asked(self, name: str) -> str:
        argv = [word.replace("{name}", name) for word in self._command]
        failed = f"The secret {name} cannot be read: the command of SIGNOFF_SECRETS_COMMAND"
        try:
            # Its errors go to the log of nobody: they may quote the secret.
            ended = subprocess.run(  # noqa: S603 - the operator's own command
                argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS, check=False
            )
            text = ended.stdout.decode().strip()
        except subprocess.TimeoutExpired:
            raise SecretUnavailable(f"{failed} did not end within {_COMMAND_SECONDS} seconds.") from None
        except OSError as error:
            raise SecretUnavailable(f"{failed} could not be started ({error.strerror}).") from None
        except UnicodeDecodeError:
            raise SecretUnavailable(f"{failed} did not print UTF-8.") from None
        if ended.returncode or len(text) > _MAX_BYTES:
            how = f"ended with exit code {ended.returncode}" if ended.returncode else "printed too much"
            raise SecretUnavailable(f"{failed} {how}. Try it as the user of Signoff.")
        return text


def _on_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def command_problem(command: str) -> str:
    """Return what is wrong with a command for secrets; empty if nothing is."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        return f"cannot be split into words: {error}."
    if not words or "{name}" in words[0] or not any("{name}" in word for word in words[1:]):
        return "must be a program and its arguments with {name}, as in: pass show signoff/{name}"
    return ""
