"""What the user named, file by file: files, folders, globs and ``-``."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from kg.errors import InputError
from kg.sources.registry import find_format, known_suffixes

__all__ = ["Input", "list_inputs"]

_NOT_NEWS = (".", "README")  # in a folder: hidden, or about the folder
_Report = Callable[[InputError], None]


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read: `name` is the path as the user gave it, with forward slashes.

    `path` is None for standard input. `size` is in bytes, 0 where it is not known.
    """

    name: str
    path: Path | None
    size: int = 0


def list_inputs(specs: Sequence[str], on_error: _Report) -> list[Input]:
    """The inputs that the specs name, in their order.

    A folder's files are sorted by path; hidden ones and its README are left out.

    What does not exist or is of no known kind goes to `on_error`.
    """
    found: list[Input] = []
    for spec in specs:
        found.extend([Input("-", None)] if spec == "-" else _expand(spec, on_error))
    return found


def _expand(spec: str, on_error: _Report) -> Iterator[Input]:
    mode = _mode(spec)
    if mode is None and glob.has_magic(spec):
        paths = sorted(glob.glob(spec, recursive=True))  # noqa: PTH207 -- keeps the path as the user wrote it
        if not paths:
            remedy = "check the pattern and the folder"
            on_error(InputError("no file matches this pattern", where=_name(spec), remedy=remedy))
        for path in paths:
            yield from _known(path, on_error)
    else:
        yield from _known(spec, on_error)


def _known(spec: str, on_error: _Report) -> Iterator[Input]:
    name = _name(spec)
    try:
        status = Path(spec).stat()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the path
        missing = isinstance(error, FileNotFoundError | NotADirectoryError | ValueError)
        what = "no such file or folder" if missing else f"cannot be read ({getattr(error, 'strerror', error)})"
        on_error(InputError(what, where=name, remedy="check the path and its rights"))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(spec, on_error)
    elif find_format(suffix := PurePath(spec).suffix) is None and suffix:
        remedy = f"known are {known_suffixes()}; save it as one of them"
        on_error(InputError(f"“{suffix}” is no kind of file that can be read", where=name, remedy=remedy))
    else:
        yield Input(name, Path(spec), status.st_size)


def _folder(spec: str, on_error: _Report) -> Iterator[Input]:
    root = spec.rstrip("/" + os.sep) or spec
    unknown: Counter[str] = Counter()
    count = 0

    def failed(error: OSError) -> None:
        where = _name(str(error.filename))
        on_error(InputError(f"cannot be read ({error.strerror})", where=where, remedy="check its rights"))

    for folder, folders, files in os.walk(root, onerror=failed):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for file in sorted(each for each in files if not each.startswith(_NOT_NEWS)):
            path = Path(folder, file)
            suffix = path.suffix
            if suffix and find_format(suffix) is None:
                unknown[suffix.lower()] += 1
                continue
            count += 1
            yield Input(_name(os.path.join(folder, file)), path, _size(path))  # noqa: PTH118 -- keeps ./ as it was given
    if unknown:
        kinds = ", ".join(f"{number} {suffix}" for suffix, number in sorted(unknown.items()))
        remedy = f"known are {known_suffixes()}"
        on_error(InputError(f"files of other kinds were passed over: {kinds}", where=_name(root), remedy=remedy))
    if not count:
        remedy = f"put {known_suffixes()} files into it"
        on_error(InputError("the folder has no file that can be read", where=_name(root), remedy=remedy))


def _mode(spec: str) -> int | None:
    try:
        return Path(spec).stat().st_mode
    except (OSError, ValueError):
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # reading it will say what is wrong
        return 0


def _name(path: str) -> str:
    """With forward slashes, and without bytes that no UTF-8 output could hold."""
    return path.replace(os.sep, "/").encode("utf-8", "replace").decode("utf-8")
