"""Hands an e-mail to the mail server. No text holds the password, or what the server answered to it."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage

from bot.notify_out.specs import Mail
from bot.views.wording.text import cut_line

_SECONDS = 15.0
"""The longest silence of the server."""
_TOTAL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Handed:
    """Outcome. `error`: why it was not taken; empty: it was. `final`: it is refused for good."""

    error: str = ""
    final: bool = False


class MailSender:
    """Sends by one connection a mail. `context`: checks the certificate of the server."""

    def __init__(self, mail: Mail, context: ssl.SSLContext | None = None) -> None:
        self._mail, self._context = mail, context

    async def send(self, address: str, message: EmailMessage) -> Handed:
        """Hand a mail to the server. An answer that is lost counts as an error, so that it can go twice."""
        content = message.as_bytes()
        return await self._called(lambda server: self._hand_over(server, address, content))

    async def reach(self) -> Handed:
        """Connect and sign in, as for a mail, and send nothing."""
        return await self._called(lambda _: Handed())

    async def _called(self, call: Callable[[smtplib.SMTP], Handed]) -> Handed:
        connection = _Connection(self._mail, self._context)
        try:
            async with asyncio.timeout(_TOTAL_SECONDS):
                return await asyncio.to_thread(connection.call, call)
        except TimeoutError:
            return Handed(f"the mail server did not answer within {_TOTAL_SECONDS:.0f} s")
        finally:
            # Cancelled or late: the thread ends at once, because its connection does.
            connection.cut()

    def _hand_over(self, server: smtplib.SMTP, address: str, content: bytes) -> Handed:
        server.sendmail(self._mail.sender, [address], content)
        return Handed()


class _Connection:
    """One conversation with the server, in a thread."""

    def __init__(self, mail: Mail, context: ssl.SSLContext | None) -> None:
        self._mail, self._context = mail, context
        self._server: smtplib.SMTP | None = None
        self._is_cut = False

    def call(self, call: Callable[[smtplib.SMTP], Handed]) -> Handed:
        try:
            server = self._server = self._opened()
            if self._is_cut:
                raise OSError("it was stopped")
            with _PoliteEnd(server):
                self._sign_in(server)
                return call(server)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return _outcome(error)

    def cut(self) -> None:
        self._is_cut = True
        sock = getattr(self._server, "sock", None)
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _opened(self) -> smtplib.SMTP:
        server, own = self._mail.server, self._mail.sender.rpartition("@")[2]
        if server.tls == "tls":
            context = self._context or ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, own, timeout=_SECONDS, context=context)
        return smtplib.SMTP(server.host, server.port, own, timeout=_SECONDS)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        wanted = self._mail.server
        if wanted.tls == "starttls":
            # Without an offer of TLS this raises: nothing is said to the server in the clear.
            server.starttls(context=self._context or ssl.create_default_context())
        if wanted.user:
            server.login(wanted.user, self._mail.password())


class _PoliteEnd:
    """Ends a conversation politely, and at the latest by closing it; no error of that counts."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._server.quit()
        self._server.close()


def _outcome(error: Exception) -> Handed:
    """Return what an error means. A refusal with 5xx of the mail itself is final; others can pass."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return Handed(
                "the mail server refused the user of SIGNOFF_SMTP_URL or SIGNOFF_SMTP_PASSWORD "
                f"({error.smtp_code})"
            )
        case smtplib.SMTPNotSupportedError():
            return Handed(
                "the mail server offers no encryption, or no way to sign in that Signoff knows. Use "
                "smtps://, or another port"
            )
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return _refused(code, text)
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            return _refused(error.smtp_code, error.smtp_error)
        case smtplib.SMTPResponseException():
            return Handed(f"the mail server answered {error.smtp_code}")
        case ssl.SSLCertVerificationError():
            return Handed(f"the certificate of the mail server is not valid ({error.verify_message})")
        case TimeoutError():
            return Handed(f"the mail server did not answer within {_SECONDS:.0f} s")
        case smtplib.SMTPServerDisconnected():
            return Handed("the mail server ended the connection")
    why = getattr(error, "strerror", None) or type(error).__name__
    return Handed(f"the mail server could not be reached ({cut_line(why, 100)})")


def _refused(code: int, text: bytes | str) -> Handed:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return Handed(f"the mail server answered {code}: {cut_line(said, 200)}", 500 <= code < 600)
