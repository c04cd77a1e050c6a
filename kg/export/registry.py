"""Which formats there are, and how files come into being: aside, then all at once in place of the former ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, cast

from kg.errors import KgError, StoreError
from kg.export.network import Sketched
from kg.store.model import Graph

__all__ = ["DEFAULT_BASE", "FORMATS", "Format", "Writer", "write_all", "writer"]

DEFAULT_BASE = "https://w3id.org/kg-local-news/id/"


class Writer(Protocol):
    """Writes one file. The same graph gives the same bytes; the graph is read in passes and never held."""

    def __call__(self, graph: Graph, path: Path, *, base: str) -> None:
        """Writes `graph` to `path`, with IRIs below `base`. Raises KgError for a base that is none."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file of the output: its name, and where its writer is (``module:function``, imported on first use)."""

    file: str
    writer: str
    about: str


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "turtle": Format("graph.ttl", "kg.export.turtle:write", "facts as RDF (Turtle)"),
        "trig": Format(
            "graph.trig", "kg.export.trig:write", "facts with evidence and provenance as RDF (TriG)"
        ),
        "jsonld": Format("graph.jsonld", "kg.export.jsonld:write", "facts as RDF (JSON-LD)"),
        "graphml": Format(
            "graph.graphml", "kg.export.graphml:write", "network for Gephi, yEd, networkx, igraph"
        ),
        "gexf": Format("graph.gexf", "kg.export.gexf:write", "network for Gephi and Gephi Lite"),
        "nodes": Format(
            "nodes.csv", "kg.export.tables:write_nodes", "entities as a table for Gephi, Neo4j, spreadsheets"
        ),
        "edges": Format("edges.csv", "kg.export.tables:write_edges", "relations as a table"),
        "html": Format("report.html", "kg.export.report:write", "report to read in a browser, offline"),
        "svg": Format("graph.svg", "kg.export.picture:write", "picture of the network"),
    }
)
# `kg build` leaves these; a picture is made on demand.
_BUILT = ("turtle", "trig", "jsonld", "graphml", "gexf", "nodes", "edges", "html")


def writer(name: str) -> Writer:
    """The writer of a format. Raises KgError, with the names there are, for one that is not."""
    try:
        module, _, function = FORMATS[name].writer.partition(":")
    except KeyError:
        raise KgError(f"there is no format “{name}”", remedy=f"use one of: {', '.join(FORMATS)}") from None
    return cast(Writer, getattr(import_module(module), function))


def write_all(
    graph: Graph, directory: str | Path, *, base: str = DEFAULT_BASE, formats: Iterable[str] = _BUILT
) -> tuple[Path, ...]:
    """Writes the graph in all formats into a folder and returns the files.

    Each file is written aside (``graph.ttl.part``) and all are moved into place at the end: whatever goes wrong before
    leaves the former files whole. Raises StoreError when the folder cannot be written.
    """
    folder = Path(directory)
    names = tuple(dict.fromkeys(formats))
    writers = [(writer(name), folder / FORMATS[name].file) for name in names]
    sketched = Sketched(graph)
    parts = [path.with_name(path.name + ".part") for _, path in writers]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"the folder cannot be made ({error.strerror or error})"
        raise StoreError(what, where=folder, remedy="choose a folder that you may write to") from error
    try:
        for (write, _), part in zip(writers, parts, strict=True):
            write(sketched, part, base=base)
        for (_, path), part in zip(writers, parts, strict=True):
            part.replace(path)
    except OSError as error:
        what = f"the exports cannot be written ({error.strerror or error})"
        remedy = "check the rights and the free space; former files are as they were"
        raise StoreError(what, where=error.filename or folder, remedy=remedy) from error
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return tuple(path for _, path in writers)
