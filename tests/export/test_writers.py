"""What every writer keeps: same bytes, no clock, no base that is none, whole files, hostile names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import KgError, StoreError
from kg.export import FORMATS, write_all, writer
from kg.store import GraphStore, StoredGraph

BASE = "https://kg.example/id/"


@pytest.mark.parametrize("name", FORMATS)
def test_same_graph_same_bytes(name: str, graph: StoredGraph, tmp_path: Path) -> None:
    for file in ("a", "b"):
        writer(name)(graph, tmp_path / file, base=BASE)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != b""


@pytest.mark.parametrize("name", FORMATS)
def test_clean_utf8_and_no_trace_of_the_machine(name: str, graph: StoredGraph, tmp_path: Path) -> None:
    writer(name)(graph, tmp_path / "file", base=BASE)
    text = (tmp_path / "file").read_bytes().decode("utf-8")
    assert "青禾社区" in text
    assert not [c for c in set(text) if ord(c) < 32 and c != "\n"]
    assert not set(text) & set("\ufeff\u202e\u202c\r")
    assert str(tmp_path) not in text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("base", ["", "kg", "https://例子.example/", "https://a b/", "https://a/<x>"])
def test_a_base_that_is_none(name: str, base: str, graph: StoredGraph, tmp_path: Path) -> None:
    with pytest.raises(KgError, match="base"):
        writer(name)(graph, tmp_path / "file", base=base)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_graph(name: str, tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "graph.duckdb") as store:
        writer(name)(store.graph(), tmp_path / "file", base=BASE)
    assert (tmp_path / "file").stat().st_size > 0


def test_write_all_leaves_the_files_of_a_build(graph: StoredGraph, tmp_path: Path) -> None:
    files = write_all(graph, tmp_path / "out", base=BASE)
    expected = [
        "graph.ttl", "graph.trig", "graph.jsonld", "graph.graphml", "graph.gexf", "nodes.csv", "edges.csv",
        "report.html",
    ]  # fmt: skip
    assert [f.name for f in files] == expected
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(expected)


def test_the_order_of_the_articles_makes_no_difference(
    graphs, keyed, graph: StoredGraph, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    with GraphStore.open(tmp_path / "other.duckdb") as other:
        for one in reversed(graphs):
            other.add(keyed((one,)))
        pairs = zip(
            write_all(graph, tmp_path / "a", formats=FORMATS),
            write_all(other.graph(), tmp_path / "b", formats=FORMATS),
            strict=True,
        )
        for a, b in pairs:
            assert a.read_bytes() == b.read_bytes()


def test_the_seed_of_hashes_makes_no_difference(store: GraphStore, tmp_path: Path) -> None:
    store.close()
    code = (
        "import sys; from kg.export import FORMATS, write_all; from kg.store import GraphStore\n"
        "with GraphStore.open(sys.argv[1], read_only=True) as s: write_all(s.graph(), sys.argv[2], formats=FORMATS)"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code, str(store.path), str(tmp_path / seed)]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())})
    for file in (tmp_path / "1").iterdir():
        assert file.read_bytes() == (tmp_path / "2" / file.name).read_bytes()


def test_an_interrupted_build_leaves_the_former_files(
    graph: StoredGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(graph, tmp_path, formats=("turtle", "graphml"))
    before = {f.name: f.read_bytes() for f in tmp_path.iterdir() if f.is_file()}

    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kg.export.graphml.write", broken)
    with pytest.raises(KeyboardInterrupt):
        write_all(graph, tmp_path, base="https://else.example/", formats=("turtle", "graphml"))
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir() if f.is_file()} == before


def test_a_folder_that_is_a_file(graph: StoredGraph, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(StoreError, match="cannot be made") as caught:
        write_all(graph, tmp_path / "out")
    assert caught.value.remedy


def test_an_unknown_format() -> None:
    with pytest.raises(KgError, match="turtle, trig"):
        writer("xlsx")
