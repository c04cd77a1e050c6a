"""What can go wrong, as one small tree.

    KgError                 every error that kg raises on purpose
    ├── InputError          one input (a file, a line, an article) cannot be read: counted, reported, the run goes on
    ├── DataError           a file of knowledge (schema, rule, lexicon, gazetteer, model) is missing or wrong: the run stops
    └── StoreError          the graph on disk cannot be opened or written: the run stops

Each says what happened, where (file, line, offset), and how to mend it.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["DataError", "InputError", "KgError", "StoreError"]


class KgError(Exception):
    """An error with a place and a remedy.

    `what` is one sentence; `where` a file, or a file and a line; `remedy` what the reader should do about it.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | Path | None = None,
        line: int | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = str(where) if where is not None else None
        self.line = line
        self.remedy = remedy

    @property
    def place(self) -> str:
        """`file:line`, `file`, or an empty string."""
        if self.where is None:
            return "" if self.line is None else f"line {self.line}"
        return self.where if self.line is None else f"{self.where}:{self.line}"

    def __str__(self) -> str:
        text = f"{self.place}: {self.what}" if self.place else self.what
        return f"{text} — {self.remedy}" if self.remedy else text


class InputError(KgError):
    """One input cannot be read; the others can."""


class DataError(KgError):
    """A file of knowledge that the program needs is missing or wrong."""


class StoreError(KgError):
    """The graph on disk cannot be opened, read or written."""
