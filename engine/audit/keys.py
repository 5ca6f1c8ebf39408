"""The installation's keys, in a folder beside the database and never in it: a reader of a backup of the
database, or may write to it, can neither sign a receipt nor make a one-time code.

`receipts-ID.pem` is the private key that signs (Ed25519), `receipts-ID.pub` the public one of every key that
ever signed, `secrets.key` encrypts what the database keeps of one-time codes (Fernet) and signs callbacks,
`log.key` seals the log. The last checkpoint of the log is here too. `secrets.id` says which key `secrets.key`
holds, so that a lost key is not replaced in silence.
Files are made at the first need, for this user alone.
"""

import errno
import hashlib
import hmac
import os
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.audit.seal import Seal
from engine.errors import KeyLost, NotPossible
from engine.private_files import make_folder
from engine.regular_files import read_bytes

_PRIVATE, _PUBLIC = ("receipts-*.pem", "receipts-*.pub")
_LOG_KEY = "log.key"
_SECRETS_ID = "secrets.id"
_NO_DESCRIPTORS = frozenset({errno.EMFILE, errno.ENFILE})
_LEAK = (
    "A step, or a library that it uses, leaves files or connections open or lowered the limit of open files. "
    "The keys may be intact. Correct that step and restart Signoff."
)
_PUT_BACK = "Put the folder of keys back from your copy of it."


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`id`: by which a receipt names the key."""

    id: str
    key: Ed25519PrivateKey

    def sign(self, what: bytes) -> bytes:
        return self.key.sign(what)


class Keyring:
    """Reads and writes files: call it from a thread. Raises `NotPossible` for files that can't be used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = threading.Lock()

    def problem(self, log_key: str) -> str:
        """Return what is wrong with the keys, with the remedy; empty as a rule. Reads a few small files.

        `log_key`: id of the key that seals the log.
        """
        try:
            os.close(os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC))
        except OSError as error:
            if error.errno in _NO_DESCRIPTORS:
                return f"The keys cannot be checked: {error.strerror}. {_LEAK}"
        try:
            self.sealing(log_key)
        except KeyLost as lost:
            return f"{lost} {_PUT_BACK} Without that key the database is not opened at the next start."
        try:
            if (self._folder / _SECRETS_ID).exists():
                self.secrets()
            if any(self._folder.glob(_PUBLIC)):
                self.signing()
        except NotPossible as lost:
            return str(lost)
        return ""

    def signing(self) -> SigningKey:
        """Return the key that signs now; made if there never was one."""
        with self._making:
            return self._signing()

    def _signing(self) -> SigningKey:
        key_files = sorted(self._folder.glob(_PRIVATE))
        if not key_files and any(self._folder.glob(_PUBLIC)):
            raise NotPossible(
                f"The key that signs receipts is missing: there is no {self._folder / _PRIVATE}. {_PUT_BACK} "
                "If there is none, signoff receipt rotate creates a new one."
            )
        if not key_files:
            return self._make()
        if len(key_files) > 1:
            names = ", ".join(path.name for path in key_files)
            raise NotPossible(f"{self._folder} holds several signing keys: {names}. Leave one of them there.")
        return _load_key(key_files[0])

    def rotate(self) -> SigningKey:
        """A new key signs from now on. The old one's private half is destroyed; its public half stays, so
        that what it signed can be verified."""
        with self._making:
            old = sorted(self._folder.glob(_PRIVATE))
            new_key = self._make()
            for path in old:
                path.unlink()
        return new_key

    def public(self) -> dict[str, str]:
        """Public keys (PEM) by id, of the key that signs and of those before it."""
        return {
            path.stem.removeprefix("receipts-"): _read_public(path)
            for path in sorted(self._folder.glob(_PUBLIC))
        }

    def secrets(self) -> Fernet:
        """Encrypts what is not to be read in the database."""
        path, key = self._secret()
        try:
            return Fernet(key)
        except ValueError:
            raise NotPossible(f"{path} no longer holds a key. {_PUT_BACK}") from None

    def derived(self, purpose: str) -> str:
        """A secret of its own for a purpose, hex; the same each time."""
        _, key = self._secret()
        return hmac.new(key, purpose.encode(), hashlib.sha256).hexdigest()

    def sealing(self, key: str = "") -> Seal:
        """Return the seal of the log. `key`: id of the key that sealed it before; empty: any, or a new one.

        Raises `KeyLost`.
        """
        path = self._folder / _LOG_KEY
        with self._making:
            if not path.exists():
                if key:
                    raise KeyLost(f"The key that seals its log is missing: there is no {path}.")
                self._write(path, secrets.token_bytes(32).hex().encode())
        try:
            seal = Seal(bytes.fromhex(read_bytes(path).decode()))
        except OSError as error:
            raise KeyLost(f"The key that seals its log, {path}, cannot be read ({error.strerror}).") from None
        except ValueError:
            raise KeyLost(f"{path} no longer holds a key.") from None
        if key and seal.id != key:
            raise KeyLost(f"Another key than {path} sealed its log (key {key} instead of {seal.id}).")
        return seal

    def read(self, name: str) -> bytes | None:
        """A file of this folder; None where there is none."""
        path = self._folder / name
        return read_bytes(path) if path.is_file() else None

    def keep(self, name: str, content: bytes) -> None:
        """Write a file of this folder, whole."""
        self._write(self._folder / name, content)

    def forget(self, name: str) -> None:
        """Remove a file of this folder, if it is there."""
        (self._folder / name).unlink(missing_ok=True)

    def _secret(self) -> tuple[Path, bytes]:
        path, noted = self._folder / "secrets.key", self._folder / _SECRETS_ID
        with self._making:
            try:
                if not path.exists() and not noted.exists():
                    self._make_key(path, Fernet.generate_key())
                key = read_bytes(path).strip()
                if not noted.exists():
                    self._make_key(noted, _id_of(key))
                same = read_bytes(noted).strip() == _id_of(key)
            except FileNotFoundError:
                raise NotPossible(
                    f"The key of one-time codes and callbacks is missing: there is no {path}. {_new(noted)}"
                ) from None
            except OSError as error:
                raise NotPossible(
                    f"The key of one-time codes and callbacks, {path}, cannot be read ({error.strerror}). "
                    f"{_PUT_BACK}"
                ) from None
        if not same:
            raise NotPossible(
                f"{path} holds another key of one-time codes and callbacks than before. {_new(noted)}"
            )
        return path, key

    def _make(self) -> SigningKey:
        key = Ed25519PrivateKey.generate()
        id_ = key_id(key.public_key())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # The public half first: what is signed must stay verifiable, whatever happens next.
        self._make_key(self._folder / f"receipts-{id_}.pub", public_pem(key.public_key()).encode())
        self._make_key(self._folder / f"receipts-{id_}.pem", private)
        return SigningKey(id_, key)

    def _make_key(self, path: Path, content: bytes) -> None:
        """Write the file of a new key for a person's act. Raises `NotPossible`."""
        try:
            self._write(path, content)
        except OSError as error:
            raise NotPossible(
                f"{path} cannot be written ({error.strerror}). Free some space, or give the user that "
                "Signoff runs as access to its folder. Then try again."
            ) from None

    def _write(self, path: Path, content: bytes) -> None:
        """Write a file whole or not at all, readable by this user alone from the first moment.

        Raises `OSError`, which names the file.
        """
        beside = path.with_name(f".{path.name}.new")
        try:
            make_folder(self._folder)
            beside.unlink(missing_ok=True)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise OSError(error.errno, error.strerror, str(path)) from error


def _id_of(key: bytes) -> bytes:
    """Names the key and gives nothing of it away."""
    return hashlib.sha256(b"signoff.secrets.id:" + key).hexdigest()[:16].encode()


def _new(noted: Path) -> str:
    return (
        f"{_PUT_BACK} If there is none, delete {noted}: people must then enroll again, and callbacks "
        "get another secret."
    )


def _read_public(path: Path) -> str:
    try:
        return read_bytes(path).decode()
    except OSError as error:
        raise NotPossible(f"{path} cannot be read ({error.strerror}). {_PUT_BACK}") from None
    except UnicodeDecodeError:
        raise NotPossible(f"{path} no longer holds a public key. {_PUT_BACK}") from None


def _load_key(path: Path) -> SigningKey:
    try:
        key = serialization.load_pem_private_key(read_bytes(path), None)
    except OSError as error:
        raise NotPossible(f"{path} cannot be read ({error.strerror}). {_PUT_BACK}") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise NotPossible(f"{path} no longer holds an Ed25519 key. Put it back from your copy of it.")
    return SigningKey(key_id(key.public_key()), key)


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of SHA-256 over the raw public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def public_pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def public_keys(pem: str) -> dict[str, Ed25519PublicKey]:
    """The Ed25519 keys of a file that may hold several, by id. Raises `ValueError` where it holds another
    kind, or none."""
    keys = {}
    end = "-----END PUBLIC KEY-----"
    for block in pem.split(end)[:-1]:
        key = serialization.load_pem_public_key((block[block.find("-----BEGIN") :] + end).encode())
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("it holds a key of another kind than Ed25519")
        keys[key_id(key)] = key
    if not keys:
        raise ValueError("it holds no public key")
    return keys
