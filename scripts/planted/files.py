"""Planted bugs about files and disks: full, failing, locked, deleted, owned twice, open to others."""

from scripts.planted.mutant import Mutant

_TROUBLE = ("tests/engine/store/test_store_trouble.py",)
_LOCK = ("tests/engine/store/test_store_lock.py",)
_DOOR = ("tests/engine/store/test_door.py",)
_PRIVATE = ("tests/engine/test_private_files.py",)
_ENV = ("tests/bot/test_env_file.py",)
_REPLACED = ("tests/engine/store/test_store_replaced.py",)
_THREADS = ("tests/engine/store/test_store_threads.py",)
_COPIES = ("tests/engine/store/test_copies.py",)
MUTANTS = [
    Mutant(
        "a start by a command brings a foreign -wal into the file",
        "engine/store/store.py",
        "            await asyncio.to_thread(look_at_wal, path)\n",
        "",
        _COPIES,
    ),
    Mutant(
        "a restore that is killed leaves a false alarm",
        "engine/store/backups.py",
        ", opening.known_marks(keyring, database, seal))",
        ")",
        _COPIES,
    ),
    Mutant(
        "a writing thread that ends leaves everybody waiting",
        "engine/store/sqlite/writer.py",
        "            self._queue.end(ended)\n",
        "            pass\n",
        _THREADS,
    ),
    Mutant(
        "a reading thread that ends is told to nobody",
        "engine/store/sqlite/reader.py",
        "            call_on_loop(self._loop, self._tell, ended)\n",
        "            pass\n",
        _THREADS,
    ),
    Mutant(
        "a read that exits ends its thread",
        "engine/store/sqlite/reader.py",
        "                except BaseException as error:\n                    item.error",
        "                except Exception as error:\n                    item.error",
        _THREADS,
    ),
    Mutant(
        "what was recorded before an interruption is recorded twice",
        "engine/store/sqlite/transactions.py",
        "                return results\n            if isinstance",
        "                raise\n            if isinstance",
        _THREADS,
    ),
    Mutant(
        "two engines open one file",
        "engine/runtime/engine.py",
        "            taken.take()\n",
        "            pass\n",
        ("tests/engine/store/test_engine_lock.py",),
    ),
    Mutant(
        "a closed engine releases the lock while one of its steps executes",
        "engine/runtime/engine.py",
        "is not None and not self.left_behind:",
        "is not None:",
        ("tests/engine/store/test_engine_lock.py",),
    ),
    Mutant(
        "the lock on a file that was replaced counts for the new file",
        "engine/store/files/file_lock.py",
        "            return os.path.samestat(os.stat(database), os.fstat(self._files[1]))",
        "            return Path(os.path.realpath(database)) == self._real",
        ("tests/engine/store/test_engine_lock.py",),
    ),
    Mutant(
        "a process that only reads the file is named as its owner",
        "engine/store/files/lock_holder.py",
        '(fields[2], fields[4], fields[7]) == ("OFDLCK", "WRITE", str(byte))',
        'fields[2] in ("OFDLCK", "POSIX")',
        ("tests/engine/store/test_door.py",),
    ),
    Mutant(
        "a disk that the system made read-only is said to recover by itself",
        "engine/store/files/sqlite_errors.py",
        "If the system has made the file system read-only, stop Signoff, check the ",
        "Check the ",
        ("tests/engine/store/test_store_lock.py",),
    ),
    Mutant(
        "what a replaced file held ends with the process",
        "engine/store/files/presence.py",
        " for place in (0, 1))\n",
        " for place in ())\n",
        _REPLACED,
    ),
    Mutant(
        "a reader makes new files in the place of moved ones",
        "engine/store/sqlite/reader.py",
        "        if missing := self.missing():\n",
        '        if missing := "":\n',
        _REPLACED,
    ),
    Mutant(
        "a full disk of the keys ends the start for good",
        "engine/store/store.py",
        "            if error.errno in PASSING_ERRNOS:\n",
        "            if False:\n",
        ("tests/engine/store/test_store_trouble.py",),
    ),
    Mutant(
        "a key that cannot be written is a fault of ours",
        "engine/audit/keys.py",
        '            raise NotPossible(\n                f"{path} cannot be written',
        '            raise OSError(\n                f"{path} cannot be written',
        ("tests/engine/audit/test_receipts.py",),
    ),
    Mutant(
        "a missing key is noticed by the next start only",
        "engine/audit/keys.py",
        """        try:
            self.sealing(log_key)
        except KeyLost as lost:
            return f"{lost} {_PUT_BACK} Without""",
        """        try:
            pass
        except KeyLost as lost:
            return f"{lost} {_PUT_BACK} Without""",
        ("tests/engine/store/test_store_replaced.py",),
    ),
    Mutant(
        "a transaction is written behind a -wal that was shortened",
        "engine/store/sqlite/writer.py",
        "        if self._shortened():\n            self._refuse_all",
        "        if False:\n            self._refuse_all",
        _REPLACED,
    ),
    Mutant(
        "a start passes over a -wal that was shortened",
        "engine/store/files/checkup.py",
        "    if not connected and lacks_frames(real):",
        "    if False:",
        _REPLACED,
    ),
    Mutant(
        "the -wal is merged into a damaged file at the end",
        "engine/store/sqlite/writer.py",
        "        if not self.damaged:\n            connection.close()",
        "        if True:\n            connection.close()",
        _REPLACED,
    ),
    Mutant(
        "a start passes over what was saved of a lost database",
        "engine/store/files/expected.py",
        "        if saved:\n",
        "        if False:\n",
        _REPLACED,
    ),
    Mutant(
        "a file that is overwritten in its place is not noticed",
        "engine/store/sqlite/writer.py",
        "        self._examine()\n",
        "",
        _REPLACED,
    ),
    Mutant(
        "a disk that became full is noticed by the next write only",
        "engine/store/sqlite/writer.py",
        "self.condition.lasts == self._has_space(self._path)",
        "self.condition.lasts and self._has_space(self._path)",
        _REPLACED,
    ),
    Mutant(
        "a lock or a full disk ends the store",
        "engine/store/sqlite/transactions.py",
        "            if isinstance(error, Exception) and passes(error):\n",
        "            if False:\n",
        _LOCK,
    ),
    Mutant(
        "a write that was refused for a failed sync is there after a crash",
        "engine/store/sqlite/writer.py",
        "give_up=transactions.overwrite)",
        "give_up=lambda: None)",
        _TROUBLE,
    ),
    Mutant(
        "a file that was deleted is written to",
        "engine/store/sqlite/writer.py",
        "            self.condition.begin(*missing)\n            return self._wait(pending)\n",
        "            self.condition.begin(*missing)\n",
        _TROUBLE,
    ),
    Mutant(
        "a full disk stays full until somebody writes",
        "engine/store/sqlite/writer.py",
        "        elif self.condition.lasts == self._has_space(self._path):\n",
        "        elif False:\n",
        _TROUBLE,
    ),
    Mutant(
        "a damaged file that is read does not end the engine",
        "engine/store/sqlite/reader.py",
        '        explanation = explained(error, self._path, "read")\n'
        "        if isinstance(explanation, StoreBroken)",
        '        explanation = explained(error, self._path, "read")\n        if False',
        _TROUBLE,
    ),
    Mutant(
        "two processes own one file by two names",
        "engine/store/files/file_lock.py",
        "            self._take_database(create)\n",
        "",
        _DOOR,
    ),
    Mutant(
        "a forked child keeps the lock of a process that died",
        "engine/store/files/file_lock.py",
        "        os.register_at_fork(",
        "        dict(",
        _DOOR,
    ),
    Mutant(
        "a start on a database that cannot be written hides its health",
        "bot/application.py",
        "    elif await engine.writable():\n",
        "    else:\n",
        ("tests/bot/test_workspace.py",),
    ),
    Mutant(
        "a database is made as open as the umask lets it be",
        "engine/private_files.py",
        "os.O_EXCL | os.O_CLOEXEC, 0o600)",
        "os.O_EXCL | os.O_CLOEXEC, 0o666)",
        _PRIVATE,
    ),
    Mutant(
        "a database that others can read stays so",
        "engine/private_files.py",
        "                path.chmod(mode & ~_OTHERS)\n",
        "",
        _PRIVATE,
    ),
    Mutant(
        "a step that changes the folder moves the keys",
        "engine/runtime/settings.py",
        "keys_dir=keys.absolute(),",
        "keys_dir=keys,",
        _PRIVATE,
    ),
    Mutant(
        "what steps make is open to others",
        "bot/cli/main.py",
        "    os.umask(os.umask(_PRIVATE) | _PRIVATE)\n",
        "",
        _PRIVATE,
    ),
    Mutant(
        "the environment file of the working directory is read",
        "bot/cli/env_file.py",
        "    ignored = _ignored(Path.cwd() / _NAME, path)\n",
        "    path, ignored = Path.cwd() / _NAME, ''\n",
        _ENV,
    ),
    Mutant(
        "an environment file that others can change is read",
        "bot/cli/env_file.py",
        "    if status.st_mode & refused:\n",
        "    if False:\n",
        _ENV,
    ),
    Mutant(
        "a token leaves the machine unencrypted",
        "bot/slack/addresses.py",
        '        return parts.scheme != "https" and not is_loopback(parts.hostname or "")\n',
        '        return parts.scheme not in ("http", "https")\n',
        _ENV,
    ),
    Mutant(
        "an empty database takes the place of one that was deleted",
        "engine/store/files/expected.py",
        "        if not deleted and not self._outside.exists():\n",
        "        if True:\n",
        _TROUBLE,
    ),
    Mutant(
        "a removed WAL is not missed at the start",
        "engine/store/files/checkup.py",
        "    _check_wal(real, connected=not new)\n",
        "",
        _TROUBLE,
    ),
    Mutant(
        "a damaged file is served",
        "engine/store/files/checkup.py",
        "    elif verdict:\n",
        "    elif False:\n",
        _TROUBLE,
    ),
    Mutant(
        "the command line trusts whatever socket it finds",
        "bot/control_client.py",
        "    check_socket(path, database)\n",
        "",
        _DOOR,
    ),
    Mutant(
        "another user may use the command line's socket",
        "bot/control_socket_path.py",
        "    return peer is None or peer in (own, _ROOT)\n",
        "    return True\n",
        _DOOR,
    ),
    Mutant(
        "an error repeats a token that no header can carry",
        "bot/http/client.py",
        "        if not _TOKEN.fullmatch(token):\n",
        "        if not token:\n",
        ("tests/bot/test_api.py",),
    ),
    Mutant(
        "the command line speaks to a server of another user",
        "bot/control_client.py",
        "        check_server(connection, path, database)\n",
        "",
        _DOOR,
    ),
]
