"""A file of arrays that opens without being parsed: the form of ``data/gazetteer/divisions.bin``.

8 bytes of magic; the length of the header and the CRC-32 of all that follows these two (4 bytes each, little-endian);
the header, a JSON object; the sections that the header lists, some of them compressed. What is not compressed stays on
disk until it is read, and all processes of a machine share it.
"""

from __future__ import annotations

import json
import mmap
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np

from kg.errors import DataError

__all__ = ["PackedFile"]

_MAGIC: Final = b"kgdiv\x00\x03\n"
_REMEDY: Final = "make it again with: python data/gazetteer/build.py"
_DAMAGE: Final = (ValueError, KeyError, TypeError, IndexError, zlib.error)
_Result = TypeVar("_Result")


class PackedFile:
    """An open file: its header, and its sections by name."""

    def __init__(self, path: Path, buffer: memoryview) -> None:
        begin = len(_MAGIC) + 8
        if bytes(buffer[: len(_MAGIC)]) != _MAGIC:
            raise ValueError("it does not begin as a gazetteer of this version does")
        if zlib.crc32(buffer[begin:]) != int.from_bytes(buffer[begin - 4 : begin], "little"):
            raise ValueError("its checksum is wrong")
        body = begin + int.from_bytes(buffer[begin - 8 : begin - 4], "little")
        self.path = path
        self.header: dict[str, Any] = json.loads(bytes(buffer[begin:body]))
        self._table = {row[0]: row[1:] for row in self.header["sections"]}
        self._body = buffer[body:]

    @classmethod
    def open(cls, path: Path) -> PackedFile:
        """Opens the file. Raises DataError if it is missing, of another form, or damaged."""
        try:
            with path.open("rb") as file:
                buffer = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:  # ValueError: an empty file cannot be mapped
            raise DataError(f"the gazetteer cannot be opened ({error})", where=path, remedy=_REMEDY) from error
        try:
            return cls(path, buffer)
        except _DAMAGE as error:
            raise DataError(f"the gazetteer is damaged ({error})", where=path, remedy=_REMEDY) from error

    def read(self, reader: Callable[[PackedFile], _Result]) -> _Result:
        """What `reader` makes of the file. Raises DataError if a part that it needs is missing or damaged."""
        try:
            return reader(self)
        except _DAMAGE as error:
            raise DataError(f"the gazetteer is damaged ({error})", where=self.path, remedy=_REMEDY) from error

    def array(self, name: str) -> Any:
        """The section as a numpy array of one dimension."""
        kind, count, compressed, offset, size = self._table[name]
        content = self._body[offset : offset + size]
        return np.frombuffer(zlib.decompress(content) if compressed else content, dtype=kind, count=count)

    def view(self, name: str) -> memoryview:
        """The section for single look-ups, for which a memoryview is several times as fast as an array."""
        return memoryview(self.array(name))

    def offsets(self, name: str, *, begin: int) -> memoryview:
        """Where each run begins if the section holds the lengths of runs; the end of the last one closes the list."""
        counts = self.array(name)
        offsets = np.full(len(counts) + 1, begin, dtype=np.uint32)
        offsets[1:] += np.cumsum(counts, dtype=np.uint32)
        return memoryview(cast(Any, offsets))

    def sums(self, name: str) -> memoryview:
        """The running sums of a section of small steps; the rare large ones are in NAME_jumps and NAME_jump_values."""
        steps = self.array(name).astype(np.int64)
        steps[self.array(f"{name}_jumps")] = self.array(f"{name}_jump_values")
        return memoryview(cast(Any, np.cumsum(steps)))
