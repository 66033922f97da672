"""A person at a pseudo-terminal."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class Terminal:
    """The person's side of a pseudo-terminal: reads what is shown all the while, writes what is pasted."""

    def __init__(self, master: int):
        self._master, self.shown = master, b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the other side has hung up
                return
            self.shown += data

    def wait_for(self, mark: bytes, seconds: float = 20) -> None:
        """Wait until something is shown."""
        end = time.monotonic() + seconds
        while mark not in self.shown and time.monotonic() < end:
            time.sleep(0.02)
        assert mark in self.shown, self.shown

    def drain(self) -> None:
        """Wait until all that was shown has been read."""
        self._reader.join(5)

    def write(self, data: bytes) -> None:
        """Paste, in the pieces that terminals send."""
        while data:
            data = data[os.write(self._master, data[:1024]) :]


def typed(command: Sequence[str | Path], keys: str, environ: Mapping[str, str]) -> tuple[int, str]:
    """Run a command on a pseudo-terminal and type `keys`; its exit code and all that was shown."""
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environ)
    os.close(slave)
    terminal = Terminal(master)
    terminal.write(keys.encode())
    code = process.wait(30)
    terminal.drain()
    os.close(master)
    return code, terminal.shown.decode(errors="replace")
