"""A mail server on loopback that keeps each mail as a file and delivers none: nothing leaves the machine."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_MAX_BYTES = 10_000_000
_MAX_LINE = 8_192


class MailSink:
    """`folder`: gets a file `NUMBER.eml` for each mail. `port`: where it listens on 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0
        self._count = 0

    async def answer(self, line: str, reader: StreamReader, writer: StreamWriter) -> str:
        """Return the answer to one line of a client; it ends the conversation with `221`."""
        match line.partition(" ")[0].upper():
            case "EHLO" | "HELO":
                return "250 sink"
            case "MAIL" | "RCPT" | "RSET" | "NOOP":
                return "250 OK"
            case "DATA":
                return await self._data(reader, writer)
            case "QUIT":
                return "221 Bye"
        return "502 Command not implemented"

    async def _data(self, reader: StreamReader, writer: StreamWriter) -> str:
        await _say(writer, "354 End with a dot")
        content = bytearray()
        while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
            content += line[1:] if line.startswith(b".") else line
            if len(content) > _MAX_BYTES:
                return "552 Too large"
        return await self.take(bytes(content))

    async def take(self, content: bytes) -> str:
        """Keep a mail, and return the answer to the client."""
        await asyncio.to_thread(self._keep, content)
        return "250 Kept"

    def _keep(self, content: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while True:
            self._count += 1
            with suppress(FileExistsError), (self.folder / f"{self._count:04}.eml").open("xb") as file:
                file.write(content)
                return

    async def converse(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer one client until it leaves."""
        with suppress(OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await _say(writer, "220 sink ESMTP")
            said = ""
            while not said.startswith("221"):
                line = await reader.readuntil(b"\r\n")
                said = await self.answer(line.decode("ascii", "replace").strip(), reader, writer)
                if said:
                    await _say(writer, said)
        writer.close()


async def _say(writer: StreamWriter, text: str) -> None:
    writer.write(f"{text}\r\n".encode())
    await writer.drain()


@asynccontextmanager
async def listening(sink: MailSink) -> AsyncIterator[MailSink]:
    """Take mail on a free port of this machine."""
    server = await asyncio.start_server(sink.converse, "127.0.0.1", 0, limit=_MAX_LINE)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
