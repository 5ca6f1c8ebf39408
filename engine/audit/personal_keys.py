"""The keys that seal personal data, as files of the keys folder.

The files are read each time, so that a rotation or a deletion counts at once in every process.
"""

import hashlib
import re
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from engine.audit.keys import Keyring
from engine.errors import NotPossible, PersonalKeyGone
from engine.model.text.personal import beginning, parts

__all__ = ["PersonalKey", "PersonalKeys", "new_keys"]

_CURRENT = "personal.current"
_KEY = re.compile(r"personal-([0-9a-f]{16})\.key")
_KEY_BYTES = 64
_BLOCK_BYTES = 32
"""Values are filled up to whole blocks, so that their length tells little."""
_ABOUT = b"signoff.personal.1"


@dataclass(frozen=True, slots=True)
class PersonalKey:
    """A key that is in the folder. `is_current`: it seals what is stored from now on."""

    id: str
    is_current: bool


class PersonalKeys:
    """Seals with the current key and opens with each key that is there.

    AES-SIV (RFC 5297): the same value under the same key has the same sealed value, so that approvals bind to
    the value, and inputs compare, without the clear text.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._keyring = folder, Keyring(folder)
        self._making = threading.Lock()

    def seal(self, data: bytes) -> str:
        """Return the sealed value. Raises `NotPossible` where there is no key to seal with."""
        id_ = self._current()
        padded = data + b"\x80"
        padded += b"\0" * (-len(padded) % _BLOCK_BYTES)
        sealed = self._cipher(id_).encrypt(padded, [_ABOUT, id_.encode()])
        return f"{beginning(id_)}{urlsafe_b64encode(sealed).rstrip(b'=').decode()}]"

    def open(self, sealed: str) -> bytes:
        """Return the value. Raises `PersonalKeyGone`, and `NotPossible` for what no key of ours sealed."""
        id_, text = parts(sealed)
        try:
            data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            padded = self._cipher(id_).decrypt(data, [_ABOUT, id_.encode()])
        except (InvalidTag, ValueError):
            raise NotPossible(
                "A personal value cannot be read: Signoff did not seal it, or it was changed. Give the value "
                "itself."
            ) from None
        return padded.rstrip(b"\0")[:-1]

    def keys(self) -> list[PersonalKey]:
        """Return the keys that are there."""
        current = self._noted()
        names = [match[1] for path in self._files() if (match := _KEY.fullmatch(path.name))]
        return [PersonalKey(name, name == current) for name in sorted(names)]

    def rotate(self) -> str:
        """Seal with a new key from now on; return its id. What older keys sealed can still be read."""
        with self._making:
            return self._make()

    def forget(self, id_: str) -> None:
        """Delete a key: what it sealed can never be read again. Raises as `check_forgettable`."""
        self.check_forgettable(id_)
        self._keyring.forget(f"personal-{id_}.key")

    def check_forgettable(self, id_: str) -> None:
        """Raise `NotPossible` for a key that does not exist, and for the one that seals."""
        if id_ not in {key.id for key in self.keys()}:
            known = ", ".join(key.id for key in self.keys()) or "none"
            raise NotPossible(f"There is no personal key {id_!r:.60}. There are: {known}.")
        if id_ == self._noted():
            raise NotPossible(
                f"{id_} is the key that seals personal data now. Run signoff personal rotate first."
            )

    def _files(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder.is_dir() else []

    def _noted(self) -> str:
        return (self._keyring.read(_CURRENT) or b"").decode("ascii", "replace").strip()

    def _current(self) -> str:
        """Return the id of the key that seals; made if there never was one."""
        noted = self._noted()
        if noted:
            return noted
        with self._making:
            if noted := self._noted():
                return noted
            if any(_KEY.fullmatch(path.name) for path in self._files()):
                raise NotPossible(
                    f"{self._folder / _CURRENT} is missing, so the key that seals personal data is unknown. "
                    "Put it back from your copy of the folder, or run signoff personal rotate."
                )
            return self._make()

    def _make(self) -> str:
        key = secrets.token_bytes(_KEY_BYTES)
        id_ = _id_of(key)
        try:
            # The key first: what it seals must be readable, whatever happens next.
            self._keyring.keep(f"personal-{id_}.key", key.hex().encode())
            self._keyring.keep(_CURRENT, id_.encode())
        except OSError as error:
            raise NotPossible(
                f"The key of personal data cannot be written to {self._folder} ({error.strerror}). Free some "
                "space, or give the user that Signoff runs as access to the folder."
            ) from None
        return id_

    def _cipher(self, id_: str) -> AESSIV:
        path = self._folder / f"personal-{id_}.key"
        try:
            content = self._keyring.read(path.name)
            key = None if content is None else bytes.fromhex(content.decode().strip())
        except OSError as error:
            raise NotPossible(
                f"The key of personal data {path} cannot be read ({error.strerror}). Give the user that "
                "Signoff runs as access to it."
            ) from None
        except ValueError:
            key = b""
        if key is None:
            raise PersonalKeyGone(id_)
        if len(key) != _KEY_BYTES or _id_of(key) != id_:
            raise NotPossible(f"{path} no longer holds its key. Put it back from your copy of the folder.")
        return AESSIV(key)


def _id_of(key: bytes) -> str:
    """Return a name that gives nothing of the key away."""
    return hashlib.sha256(b"signoff.personal.id:" + key).hexdigest()[:16]


def new_keys(folder: Path) -> list[str]:
    """Make every key in a new folder, and return the names of the files. Raises `NotPossible`.

    Two processes of one database need the same keys before the first of them starts.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotPossible(f"{folder} is not empty. Name a new folder, so that no key is replaced.")
    keyring = Keyring(folder)
    try:
        keyring.sealing()
    except OSError as error:
        raise NotPossible(f"{folder} cannot be written ({error.strerror}). Name another folder.") from None
    keyring.secrets()
    keyring.signing()
    PersonalKeys(folder).rotate()
    return sorted(path.name for path in folder.iterdir())
