"""The benchmark runs and prints its tables; what it measures is nothing that a test may hold anyone to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parent.parent / "bench" / "run.py"


@pytest.mark.slow
def test_quick_run_prints_the_tables() -> None:
    done = subprocess.run(
        [sys.executable, RUN, "--quick"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    tables = _tables(done.stdout)
    assert set(tables) == {"whole process", "after loading"}
    whole, inside = tables["whole process"], tables["after loading"]
    assert [row[:2] for row in whole] == [
        ["kg --version", "–"],
        ["kg --help", "–"],
        ["kg extract", "one article"],
        ["kg extract", "corpus"],
        ["kg build", "one article"],
    ]
    ours = [row for row in inside if row[0] == "kg extract"]
    assert [row[1] for row in ours] == ["one article", "corpus"]
    assert all(cell != "–" for row in ours for cell in row[:-1])  # the peak, last, is unknown on Windows
    assert ["LAC, names", "one article"] in [row[:2] for row in inside]


def _tables(output: str) -> dict[str, list[list[str]]]:
    """The rows of each Markdown table, by the name of its first column."""
    tables: dict[str, list[list[str]]] = {}
    header: list[str] = []
    for line in output.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            header = []
        elif not header:
            header = cells
            tables[header[0]] = []
        elif not line.startswith("|--"):
            assert len(cells) == len(header)
            tables[header[0]].append(cells)
    return tables
