"""A mail server on loopback with TLS, a password, and refusals that a test asks for."""

import asyncio
import base64
import datetime
import email
import ipaddress
import ssl
from asyncio import StreamReader, StreamWriter
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.demo.mail_sink import MailSink


class SmtpServer(MailSink):
    """`refusals`: by command, or `.` for the end of a mail, its next answers; then it takes everything."""

    def __init__(self, folder: Path, context: ssl.SSLContext | None = None, password: str = "") -> None:
        super().__init__(folder)
        self.context, self.password = context, password
        self.refusals: dict[str, list[str]] = {}
        self.lines: list[str] = []
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.came = asyncio.Event()

    async def answer(self, line: str, reader: StreamReader, writer: StreamWriter) -> str:
        self.lines.append(line)
        command = line.partition(" ")[0].upper()
        encrypted = writer.get_extra_info("ssl_object") is not None
        if refusals := self.refusals.get(command):
            return refusals.pop(0)
        match command:
            case "EHLO":
                offered = ["sink", *(["STARTTLS"] if self.context and not encrypted else [])]
                offered += ["AUTH PLAIN"] if self.password and (encrypted or not self.context) else []
                return "\r\n".join([*(f"250-{each}" for each in offered[:-1]), f"250 {offered[-1]}"])
            case "STARTTLS" if self.context:
                writer.write(b"220 Ready\r\n")
                await writer.drain()
                await writer.start_tls(self.context)
                return ""
            case "AUTH":
                given = base64.b64decode(line.split()[2]).decode().split("\0")[2]
                return "235 OK" if given == self.password else f"535 {given} is wrong"
            case "MAIL" if self.password and not any(each.startswith("AUTH") for each in self.lines):
                return "530 Sign in"
        return await super().answer(line, reader, writer)

    async def take(self, content: bytes) -> str:
        self.came.set()
        if refusals := self.refusals.get("."):
            return refusals.pop(0)
        self.raw.append(content)
        parsed: Any = email.message_from_bytes(content, policy=default)
        self.mails.append(parsed)
        return "250 Taken"


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's context for 127.0.0.1, and a client's that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=3))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = built.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(private + public)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    client = ssl.create_default_context(cadata=public.decode())
    return server, client
