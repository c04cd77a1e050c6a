"""Node types and predicates: everything that needs one asks here. The knowledge itself is in ``schema.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.datafile import Block, read_yaml
from kg.errors import DataError
from kg.resources import package_path

__all__ = ["NodeType", "Predicate", "Schema", "default_schema"]

_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


@dataclass(frozen=True, slots=True)
class NodeType:
    """A type of node: its name, its labels, its RDF class (``prefix:name``) and its colour (``#rrggbb``)."""

    name: str
    zh: str
    en: str
    rdf: str
    colour: str

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as three numbers of 0…255."""
        return int(self.colour[1:3], 16), int(self.colour[3:5], 16), int(self.colour[5:7], 16)


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate: its labels, its RDF property, and which types of node it may join."""

    name: str
    zh: str
    en: str
    rdf: str
    pairs: frozenset[tuple[str, str]]
    symmetric: bool
    properties: tuple[str, ...]

    @property
    def domain(self) -> frozenset[str]:
        """The types that may stand at the source."""
        return frozenset(source for source, _ in self.pairs)

    @property
    def range(self) -> frozenset[str]:
        """The types that may stand at the target."""
        return frozenset(target for _, target in self.pairs)

    def allows(self, source: str, target: str) -> bool:
        """Whether an edge may run from a node of type `source` to one of type `target`."""
        return (source, target) in self.pairs


@dataclass(frozen=True, slots=True)
class Schema:
    """All node types and predicates, in the order of the file."""

    types: Mapping[str, NodeType]
    predicates: Mapping[str, Predicate]
    prefixes: Mapping[str, str]

    def expand(self, term: str) -> str:
        """The full IRI of ``prefix:name``. Raises KeyError for a prefix that the schema does not declare."""
        prefix, _, name = term.partition(":")
        return self.prefixes[prefix] + name

    @classmethod
    def load(cls, path: Path | None = None) -> Schema:
        """Reads a schema file. Raises DataError (file, line, key) for whatever is wrong in it."""
        where = path or package_path("schema.yaml")
        root = read_yaml(where)
        if not isinstance(root, Block):
            raise DataError("a schema is a mapping", where=where, remedy="begin with prefixes:, types:, predicates:")
        root.check(required=frozenset({"prefixes", "types", "predicates"}))
        block = root["prefixes"]
        if not isinstance(block, Block):
            raise root.error("“prefixes” must hold name: IRI", key="prefixes", remedy="write kg: https://…")
        prefixes = {name: block.text(name) for name in block}
        types = {name: _node_type(name, block, prefixes) for name, block in root.blocks("types")}
        predicates = {name: _predicate(name, block, types, prefixes) for name, block in root.blocks("predicates")}
        return cls(types, predicates, prefixes)


@lru_cache(maxsize=1)
def default_schema() -> Schema:
    """The schema that travels with the package, read once."""
    return Schema.load()


def _node_type(name: str, block: Block, prefixes: Mapping[str, str]) -> NodeType:
    block.check(required=frozenset({"zh", "en", "rdf", "colour"}))
    colour = block.text("colour").lower()
    if not _COLOUR.match(colour):
        raise block.error(f"“{colour}” is no colour", key="colour", remedy='write it as "#rrggbb"')
    return NodeType(name, block.text("zh"), block.text("en"), _term(block, prefixes), colour)


def _predicate(name: str, block: Block, types: Mapping[str, NodeType], prefixes: Mapping[str, str]) -> Predicate:
    block.check(
        required=frozenset({"zh", "en", "rdf", "from", "to"}),
        optional=frozenset({"symmetric", "properties", "pairs", "not_pairs"}),
    )
    for key in ("from", "to"):
        for type_name in block.texts(key):
            if type_name not in types:
                raise block.error(f"“{type_name}” is no type", key=key, remedy=f"use one of: {', '.join(types)}")
    every = {(source, target) for source in block.texts("from") for target in block.texts("to")}
    only = _pairs(block, "pairs")
    allowed = (every & only if only else every) - _pairs(block, "not_pairs")
    if not allowed:
        raise block.error("no pair of types is left", key="pairs", remedy="let “pairs” take types of “from” and “to”")
    symmetric = block.get("symmetric", False)
    if not isinstance(symmetric, bool):
        raise block.error(f"“symmetric” is true or false, not {symmetric!r}", key="symmetric", remedy="write symmetric: true")
    strange = {t for pair in _pairs(block, "pairs") | _pairs(block, "not_pairs") for t in pair} - types.keys()
    if strange:
        raise block.error(f"“{min(strange)}” is no type", key="pairs", remedy=f"use one of: {', '.join(types)}")
    return Predicate(
        name, block.text("zh"), block.text("en"), _term(block, prefixes), frozenset(allowed),
        symmetric, block.texts("properties"),
    )  # fmt: skip


def _pairs(block: Block, key: str) -> set[tuple[str, str]]:
    pairs = block.get(key, [])
    if not isinstance(pairs, list) or not all(isinstance(p, list) and len(p) == 2 for p in pairs):
        raise block.error(f"“{key}” must be a list of pairs of types", key=key, remedy="write [[Person, Place]]")
    return {(str(source), str(target)) for source, target in pairs}


def _term(block: Block, prefixes: Mapping[str, str]) -> str:
    term = block.text("rdf")
    if term.partition(":")[0] not in prefixes:
        raise block.error(f"“{term}” has an unknown prefix", key="rdf", remedy=f"use one of: {', '.join(prefixes)}")
    return term
