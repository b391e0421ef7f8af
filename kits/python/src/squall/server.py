"""A Squall for the tests of a process: one that runs already, or one that is started and ends with the process."""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
import uuid
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .admin import SquallError, ask
from .scope import Scope

# What goes wrong is shown at the line of the test, not in here.
__tracebackhide__ = True

__all__ = ["Server", "SquallError", "command", "shared"]

_LISTENS = re.compile(r"listens on (https?://[^,\s]+)")
# A word with blanks stands in quotes; a backslash is one, as in Windows' paths.
_WORD = re.compile(r'"([^"]*)"|(\S+)')
_START_S = 60
_STOP_S = 10


def command() -> list[str]:
    """What starts Squall: ``SQUALL_COMMAND``, or what ``npx`` finds: the nearest node_modules' ``squall``, or the PATH's.

    :raises SquallError: when there is none
    """
    words = [quoted or word for quoted, word in _WORD.findall(os.environ.get("SQUALL_COMMAND", ""))]
    if words:
        return words
    here = Path.cwd()
    nearest = os.pathsep.join(str(folder / "node_modules" / ".bin") for folder in (here, *here.parents))
    for path in (nearest, None):
        found = shutil.which("squall", path=path)
        if found:
            return [found]
    raise SquallError(
        "There is no squall: `npm install --save-dev squall` in this project, or say where it is by"
        " SQUALL_COMMAND (a program and its arguments) or SQUALL_URL (of one that runs)."
    )


class Server:
    """One Squall. Tests do not share anything on it: each has a :class:`Scope`."""

    def __init__(self, url: str, process: subprocess.Popen[str] | None = None) -> None:
        self.url = url.rstrip("/")
        self._process = process
        self._scopes: dict[str, int] = {}
        # What runs already may hold what an earlier run has left. Under `squall run` and `squall explore` it is new, and each
        # run must be like the others.
        is_new = process is not None or "SQUALL_MARK_URL" in os.environ
        self._salt = "" if is_new else uuid.uuid4().hex

    @staticmethod
    def start(args: Sequence[str] = ()) -> Server:
        """The Squall at ``SQUALL_URL``, or a new one on any free port, in memory, which reads no squall.yaml.

        :param args: more for ``squall start``: ``["--strict", "--seed", "storm"]``
        """
        url = os.environ.get("SQUALL_URL")
        if url:
            server = Server(url)
            ask(server.url, "GET", "health")
            return server
        return _started([*command(), "start", "--no-config", "--port", "0", "--end-with-stdin", *args])

    def scope(self, name: str) -> Scope:
        """An account of its own for what has this name: the same in each run, another each time that it is asked for."""
        count = self._scopes.get(name, 0)
        self._scopes[name] = count + 1
        return Scope(self.url, _account(f"{self._salt}{name}#{count}"))

    def advance(self, duration: str | int) -> None:
        """Lets time pass at once, for all tests on this Squall: ``PT5M``, ``30s``, or milliseconds."""
        ask(self.url, "POST", "clock", {"advance": duration})

    def stop(self) -> None:
        """Ends it, if it was started here."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            _kill(process)


def _started(words: list[str]) -> Server:
    environment = {name: value for name, value in os.environ.items() if name != "AWS_ENDPOINT_URL"}
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            # Ctrl-C is for the tests: it ends when they do.
            start_new_session=True,
        )
    except OSError as error:
        raise SquallError(f"`{shlex.join(words)}` cannot be run: {error.strerror}") from None
    output = _Output(process)
    url = output.url(_START_S)
    if url is None:
        _kill(process)
        raise SquallError(f"`{shlex.join(words)}` does not start:\n{output.end}")
    return Server(url, process)


class _Output:
    """Reads what Squall writes, so that it never waits for a reader."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: deque[str] = deque(maxlen=50)
        self._url: str | None = None
        self._is_told = threading.Event()
        self._reader = threading.Thread(target=self._read, name="squall", daemon=True)
        self._reader.start()

    def url(self, within_s: float) -> str | None:
        """Where it is, as soon as it is ready; None when it has ended, or takes too long."""
        self._is_told.wait(within_s)
        return self._url if self._process.poll() is None else None

    @property
    def end(self) -> str:
        self._reader.join(1)
        return "".join(self._lines).strip() or "It says nothing."

    def _read(self) -> None:
        assert self._process.stdout is not None
        url: str | None = None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.append(line)
                found = _LISTENS.search(line)
                url = found.group(1) if found and url is None else url
                if line.strip() == "Ready.":
                    self._url = url
                    self._is_told.set()
        self._is_told.set()


def _kill(process: subprocess.Popen[str]) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass
    process.wait()


def _account(name: str) -> str:
    """Twelve digits: as an access key they are the account."""
    return str(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % 10**12).zfill(12)


_lock = threading.Lock()
_shared: Server | None = None
#: Why there is none: what has not started once does not start for the next test either.
_failed: str | None = None


def shared(args: Sequence[str] = ()) -> Server:
    """The one Squall of this process: started when it is first asked for, gone with the process."""
    global _shared, _failed
    with _lock:
        if _failed is not None:
            raise SquallError(_failed)
        if _shared is None:
            try:
                _shared = Server.start(args)
            except SquallError as error:
                _failed = str(error)
                raise
            atexit.register(stop_shared)
        return _shared


def stop_shared(*_: Any) -> None:
    """Ends it before the process does."""
    global _shared
    with _lock:
        server, _shared = _shared, None
    if server is not None:
        server.stop()
