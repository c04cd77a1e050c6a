"""``graph.ttl``: the facts as Turtle, grouped by subject. What the triples are is said in `kg.export.rdf`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.export.rdf import describe
from kg.export.terms import KINDS, Block, Literal, Name, Own, Value, check_base, iri, local_name
from kg.schema import Schema, default_schema
from kg.store.model import Graph

__all__ = ["block_text", "prefix_lines", "value_text", "write"]

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
# Turtle has words of its own for these: `12`, `0.97`, `true`.
_BARE = frozenset({"xsd:integer", "xsd:decimal", "xsd:boolean"})


def write(graph: Graph, path: Path, *, base: str) -> None:
    """Writes the file. `base` is the beginning of every IRI of the graph. Raises KgError for a base that is none."""
    base, schema = check_base(base), default_schema()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(prefix_lines(schema, base))
        for block in describe(graph, schema):
            file.write(block_text(block, base))


def prefix_lines(schema: Schema, base: str) -> Iterator[str]:
    """The prefixes: those of the vocabularies, and one for each kind of thing in the graph."""
    for prefix, address in schema.prefixes.items():
        yield f"@prefix {prefix}: <{address}> .\n"
    for kind in KINDS:
        yield f"@prefix {kind}: <{base}{kind}/> .\n"


def block_text(block: Block, base: str) -> str:
    """A subject with its properties, one a line, ended by an empty line."""
    lines = []
    for name, values in block.grouped():
        word = "a" if name == "rdf:type" else name
        lines.append(f"{word} {', '.join(value_text(value, base) for value in values)}")
    return f"\n{value_text(block.subject, base)} " + " ;\n  ".join(lines) + " .\n"


def value_text(value: Value, base: str) -> str:
    """A term as Turtle writes it."""
    if isinstance(value, Own):
        local = local_name(value.key)
        return f"{local[0]}:{local[1]}" if local else f"<{iri(value.key, base)}>"
    if isinstance(value, Name):
        return value.curie
    if value.datatype in _BARE:
        return value.text
    return f'"{value.text.translate(_ESCAPES)}"' + _tag(value)


def _tag(literal: Literal) -> str:
    if literal.language:
        return "@" + literal.language
    return "^^" + literal.datatype if literal.datatype else ""
