"""GraphML, GEXF, tables and pictures, read back by networkx, igraph, graphology and csv."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from kg.export import write_all
from kg.export.layout import layout
from kg.export.network import Network, draw
from kg.store import StoredGraph

PEERS = Path(__file__).parent.parent / "peers"


@pytest.fixture
def folder(graph: StoredGraph, tmp_path: Path) -> Path:
    write_all(graph, tmp_path / "out", formats=("graphml", "gexf", "nodes", "edges", "svg"))
    return tmp_path / "out"


@pytest.fixture
def network(graph: StoredGraph) -> Network:
    return draw(graph)


def test_only_entities_are_drawn(network: Network) -> None:
    assert {n.type for n in network.nodes} == {"Person", "Organization", "Place", "Program"}
    assert "白露" not in {n.label for n in network.nodes}
    labels = [e.label for e in network.edges if e.predicate == "affiliated_with"]
    assert labels == ["任职于：党总支书记", "任职于：居委会主任"]
    assert [e.kind for e in network.edges if e.predicate == "affiliated_with"] == [
        "affiliated_with", "affiliated_with 居委会主任",
    ]  # fmt: skip


def test_networkx_reads_graphml(folder: Path, network: Network) -> None:
    import networkx

    read = networkx.read_graphml(folder / "graph.graphml", force_multigraph=True)
    assert read.is_directed()
    for node in network.nodes:
        data = read.nodes[node.key]
        assert (data["label"], data["type"], data["size"]) == (node.label, node.type, node.size)
        assert (data["r"], data["g"], data["b"]) == node.rgb
        assert (data["x"], data["y"]) == (node.x, node.y)
    assert sorted((s, t, d["label"], d["weight"]) for s, t, d in read.edges(data=True)) == sorted(
        (e.source, e.target, e.label, float(e.weight)) for e in network.edges
    )


def test_networkx_reads_and_writes_gexf(folder: Path, network: Network, tmp_path: Path) -> None:
    import networkx

    read = networkx.read_gexf(folder / "graph.gexf", version="1.3")
    for node in network.nodes:
        data = read.nodes[node.key]
        assert (data["label"], data["type"], data["viz"]["size"]) == (node.label, node.type, node.size)
        assert tuple(data["viz"]["color"][c] for c in "rgb") == node.rgb
        assert data["viz"]["position"]["x"] == node.x
    assert sorted((s, t, d["label"], d["kind"]) for s, t, d in read.edges(data=True)) == sorted(
        (e.source, e.target, e.label, e.predicate) for e in network.edges
    )
    networkx.write_gexf(read, tmp_path / "again.gexf")


def test_igraph_reads_graphml(folder: Path, network: Network) -> None:
    igraph = pytest.importorskip("igraph")
    read = igraph.Graph.Read_GraphML(str(folder / "graph.graphml"))
    assert read.vs["label"] == [n.label for n in network.nodes]
    assert read.es["weight"] == [float(e.weight) for e in network.edges]


def test_graphology_reads_both(folder: Path, network: Network) -> None:
    if shutil.which("node") is None or not (PEERS / "node_modules").is_dir():
        pytest.skip("needs node and `npm ci` in tests/peers")
    command = ["node", "check.mjs", str(folder / "graph.graphml"), str(folder / "graph.gexf")]
    done = subprocess.run(command, cwd=PEERS, capture_output=True, text=True, check=True)
    seen = json.loads(done.stdout)
    for form in ("graphml", "gexf"):
        nodes = {n["key"]: n for n in seen[form]["nodes"]}
        assert {n.key for n in network.nodes} == set(nodes)
        for node in network.nodes:
            read = nodes[node.key]
            assert (read["label"], read["x"], read["y"], read["size"]) == (
                node.label,
                node.x,
                node.y,
                node.size,
            )
            assert read["color"].replace(" ", "") in (node.colour, "rgb({},{},{})".format(*node.rgb))
        labels = sorted((e["source"], e["target"], e["label"]) for e in seen[form]["edges"])
        assert labels == sorted((e.source, e.target, e.label) for e in network.edges)


def test_no_key_is_for_nodes_and_edges_and_no_value_is_missing(folder: Path) -> None:
    space = "{http://graphml.graphdrawing.org/xmlns}"
    root = ET.parse(folder / "graph.graphml").getroot()
    keys = {k.get("id"): k.get("for") for k in root.iter(space + "key")}
    assert set(keys.values()) == {"node", "edge"}
    for tag in ("node", "edge"):
        expected = {k for k, which in keys.items() if which == tag}
        for element in root.iter(space + tag):
            assert {d.get("key") for d in element.iter(space + "data")} == expected


def test_tables(folder: Path, network: Network) -> None:
    with (folder / "nodes.csv").open(encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file))
    with (folder / "edges.csv").open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    assert {n["Id"]: n[":LABEL"] for n in nodes} == {n.key: n.type for n in network.nodes}
    assert all(n["Id"] == n[":ID"] for n in nodes)
    assert [(e["Source"], e["Target"], e["Label"], e["Weight"]) for e in edges] == [
        (e.source, e.target, e.label, str(e.weight)) for e in network.edges
    ]
    assert all(
        (e[":START_ID"], e[":END_ID"], e["Type"]) == (e["Source"], e["Target"], "Directed") for e in edges
    )
    assert len({(e["Source"], e["Target"], e["Kind"]) for e in edges}) == len(edges)
    cells = [cell for row in [*nodes, *edges] for cell in row.values()]
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@")) or "\n" in c]
    assert '\'=HYPERLINK("x")村反' in cells


def test_the_picture_names_everyone(folder: Path, network: Network) -> None:
    root = ET.parse(folder / "graph.svg").getroot()
    texts = {t.text for t in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {n.label if len(n.label) <= 14 else n.label[:13] + "…" for n in network.nodes} <= texts


def _random_tree(count: int) -> list[tuple[int, int]]:
    numbers = np.random.default_rng(7).random(count)
    return [(i, int(numbers[i] ** 3 * i)) for i in range(1, count)]


def test_layout_keeps_nodes_apart_and_parts_together() -> None:
    edges = [*_random_tree(60), *((i, i + 1) for i in range(60, 100, 2))]
    radius = np.full(110, 5.0)
    found = layout(110, edges, radius)
    gaps = np.hypot(*(found[:, None, :] - found[None, :, :]).transpose(2, 0, 1)) + np.eye(110) * 100
    assert gaps.min() > 8
    assert gaps.min(axis=1).max() < 80
    assert np.array_equal(found, layout(110, edges, radius))


def test_layout_of_many_large_parts() -> None:
    tree = _random_tree(200)
    edges = [(a + 200 * part, b + 200 * part) for part in range(5) for a, b in tree]
    found = layout(1000, edges, np.full(1000, 5.0))
    middles = found.reshape(5, 200, 2).mean(axis=1)
    assert np.isfinite(found).all()
    assert np.hypot(*(middles[:, None] - middles[None]).transpose(2, 0, 1))[np.triu_indices(5, 1)].min() > 100


@pytest.mark.parametrize("edges", [[], [(0, 0)], [(0, 1), (1, 0), (0, 1)]])
def test_layout_of_next_to_nothing(edges: list[tuple[int, int]]) -> None:
    assert layout(0, [], np.zeros(0)).shape == (0, 2)
    assert np.isfinite(layout(2, edges, np.ones(2))).all()


def test_layout_of_a_large_part_is_quick() -> None:
    start = time.perf_counter()
    found = layout(5000, _random_tree(5000), np.full(5000, 5.0))
    assert np.isfinite(found).all()
    assert time.perf_counter() - start < 20
