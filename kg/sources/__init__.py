"""Sources: files, folders, globs and standard input, to repaired `Article`s.

Each format is one file with one function ``read``; `registry` names them all. Nothing that is wrong with one
input stops the others: it goes to ``on_error`` as an `InputError`.
"""

from __future__ import annotations

from kg.sources.fields import Columns
from kg.sources.inputs import Input, list_inputs
from kg.sources.page import segment_page
from kg.sources.read import check_encoding, read_input, read_sources

__all__ = ["Columns", "Input", "check_encoding", "list_inputs", "read_input", "read_sources", "segment_page"]
