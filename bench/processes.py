"""Runs a program once, on one core where the system lets: how long it took, how much memory it held.

Standard library only, and little of it: on Linux the peak of a child counts from what its parent holds
when it starts, so that a heavy parent would hide a light child.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ran", "machine", "on_one_core", "run_once"]

# Libraries for matrices would else start a thread a core; what is measured is one core.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a program: wall seconds, peak resident memory in MiB (None where unknown), its output."""

    seconds: float
    peak: float | None
    output: str


def run_once(command: Sequence[str | Path], *, cwd: Path, keep: bool = True) -> Ran:
    """Runs a command to its end; with `keep` false its output is written, but not held in memory here.

    Raises SystemExit with what it wrote to standard error when it fails.
    """
    environment = {**os.environ, **_ONE_THREAD, "PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1"}
    words = [str(word) for word in command]
    with _scratch() as out, _scratch() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=cwd, env=environment
        )
        peak = _wait(process)
        seconds = time.perf_counter() - start
        output, complaint = _text(out) if keep else "", _text(err)
    if process.returncode != 0:
        raise SystemExit(f"bench: “{' '.join(words)}” ended with status {process.returncode}\n{complaint}")
    return Ran(seconds, peak, output)


def _wait(process: subprocess.Popen[bytes]) -> float | None:
    """Waits for the end and gives the peak of that process (and of those it waited for), in MiB."""
    if not hasattr(os, "wait4"):  # Windows
        process.wait()
        return None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return float(usage.ru_maxrss * unit / 1024 / 1024)


@contextmanager
def _scratch() -> Iterator[int]:
    """A nameless file: a pipe would make the program wait for its reader."""
    with tempfile.TemporaryFile() as file:
        yield file.fileno()


def _text(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read().decode("utf-8", "replace")


@contextmanager
def on_one_core() -> Iterator[bool]:
    """Holds this process and those that it starts meanwhile to one CPU; False where there is no such call."""
    if not hasattr(os, "sched_setaffinity"):
        yield False
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, allowed)


def machine() -> str:
    """The machine in one line: processor, cores, load, system, Python. No host name."""
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()} {platform.machine()}"
    return f"{_processor()}, {os.cpu_count()} cores{load}; {system}, Python {platform.python_version()}"


def _processor() -> str:
    names = Path("/proc/cpuinfo")
    if names.is_file():
        for line in names.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if sys.platform == "darwin":
        asked = subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        )
        if asked.stdout.strip():
            return asked.stdout.strip()
    return platform.processor() or "unknown processor"
