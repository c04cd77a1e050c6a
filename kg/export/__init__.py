"""Writes the graph as files, one module a format: `FORMATS` says which there are, `write_all` writes them."""

from kg.export.registry import DEFAULT_BASE, FORMATS, Format, Writer, write_all, writer

__all__ = ["DEFAULT_BASE", "FORMATS", "Format", "Writer", "write_all", "writer"]
