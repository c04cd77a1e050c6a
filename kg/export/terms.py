"""RDF terms and statements, free of any syntax; how a statement looks is the writers' affair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from kg.errors import KgError
from kg.export.text import plain

__all__ = [
    "KINDS",
    "Block",
    "Literal",
    "Name",
    "Own",
    "Statement",
    "Value",
    "check_base",
    "iri",
    "local_name",
]

# What the parts of the graph are named under the base; each becomes a prefix of its own.
KINDS = (
    "article", "evidence", "fact", "indicator", "membership", "organization", "person", "place", "program", "role",
    "work",
)  # fmt: skip
_LOCAL = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z_-]*[0-9A-Za-z])?\Z")


@dataclass(frozen=True, slots=True)
class Own:
    """Something of this graph, by its key: ``place/330521005001``. Its IRI is the base and the key."""

    key: str


@dataclass(frozen=True, slots=True)
class Name:
    """A term of a vocabulary: ``schema:Place``, with a prefix of the schema."""

    curie: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, with a language tag or the ``prefix:name`` of a datatype, never both."""

    text: str
    language: str | None = None
    datatype: str | None = None

    @classmethod
    def zh(cls, text: str) -> Literal:
        """A Chinese text."""
        return cls(plain(text), language="zh")

    @classmethod
    def of(cls, value: str | bool | int | float) -> Literal:
        """A value of Python: truth, whole number, number or text."""
        if isinstance(value, bool):
            return cls("true" if value else "false", datatype="xsd:boolean")
        if isinstance(value, int):
            return cls(str(value), datatype="xsd:integer")
        if isinstance(value, float):
            if value.is_integer() and abs(value) < 1e15:
                return cls(str(int(value)), datatype="xsd:integer")
            digits = repr(value)
            return cls(digits, datatype="xsd:double" if re.search("[a-z]", digits) else "xsd:decimal")
        return cls(plain(value))


Value = Own | Name | Literal
Statement = tuple[str, Value]


@dataclass(frozen=True, slots=True)
class Block:
    """Everything that is said of one subject, in order: (``prefix:name`` of the property, value)."""

    subject: Own | Name
    statements: tuple[Statement, ...]

    def grouped(self) -> Iterator[tuple[str, list[Value]]]:
        """The statements by property, each in the order of its first one, without repetitions."""
        groups: dict[str, dict[Value, None]] = {}
        for name, value in self.statements:
            groups.setdefault(name, {})[value] = None
        return ((name, list(values)) for name, values in groups.items())


def check_base(base: str) -> str:
    """The base as IRIs need it: absolute, ASCII, ending in ``/`` or ``#``. Raises KgError for anything else."""
    parts = urlsplit(base)
    if (
        not base.isascii()
        or re.search(r"[\s<>\"{}|\\^`]", base)
        or not parts.scheme
        or not (parts.netloc or parts.path)
    ):
        raise KgError(
            f"“{base}” is no base for IRIs",
            remedy="give an absolute ASCII address such as https://example.org/kg/",
        )
    return base if base.endswith(("/", "#")) else base + "/"


def local_name(key: str) -> tuple[str, str] | None:
    """Kind and rest of a key that can be written as ``kind:rest`` in every syntax."""
    kind, _, rest = key.partition("/")
    return (kind, rest) if kind in KINDS and _LOCAL.match(rest) else None


def iri(key: str, base: str) -> str:
    """The whole IRI of a key, in ASCII."""
    kind, _, rest = key.partition("/")
    return f"{base}{quote(kind, safe='')}/{quote(rest.encode('utf-8', 'replace'), safe='')}"
