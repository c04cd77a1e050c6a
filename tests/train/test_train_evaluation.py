"""The score: what the standard counts as found, missed and wrong, and how articles are paired."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.building import Extractor, evaluate
from kg.errors import InputError
from kg.records import Article
from kg.train.evaluation import pair, read_gold, read_graphs, score, table


def node(key: str, label: str, type_name: str = "Place", **more: Any) -> dict[str, Any]:
    return {"id": key, "label": label, "type": type_name, **more}


def edge(source: str, predicate: str, target: str, **more: Any) -> dict[str, Any]:
    return {"source": source, "predicate": predicate, "target": target, **more}


GOLD = {
    "id": "g",
    "nodes": [node("1", "甲村"), node("2", "乙镇"), node("3", "丙县", optional=True), node("4", "丁村")],
    "edges": [edge("1", "located_in", "2"), edge("2", "located_in", "3"), edge("4", "partners_with", "1")],
}
EMPTY: dict[str, Any] = {"id": "e", "nodes": [], "edges": []}


def test_the_score_follows_the_standard() -> None:
    found = {
        "id": "g",
        "nodes": [node("a", "乙镇甲村", aliases=["甲村"]), node("b", "“乙镇”"), node("c", "丁村"), node("d", "戊村")],
        "edges": [edge("a", "partners_with", "c"), edge("a", "located_in", "b"), edge("d", "located_in", "b")],
    }
    total = score([(GOLD, found)])
    assert total.figures("node") == (3 / 4, 1.0, 6 / 7)
    assert total.figures("edge", "located_in") == (1 / 2, 1.0, 2 / 3)
    assert total.errors == ["g wrong  Place 戊村", "g wrong  ?戊村 —located_in→ 乙镇"]
    assert score([(GOLD, GOLD)]).figures("edge") == (1.0, 1.0, 1.0)
    assert score([(GOLD, EMPTY)]).errors[-1] == "g missed 甲村 —partners_with→ 丁村"
    assert score([(EMPTY, EMPTY)]).figures("node") == (1.0, 1.0, 1.0)


def test_a_role_is_right_when_one_ends_like_the_other() -> None:
    def graph(role: str) -> dict[str, Any]:
        held = edge("1", "affiliated_with", "2", properties={"role": role})
        return {"id": "g", "nodes": [node("1", "李明", "Person"), node("2", "乙镇")], "edges": [held]}

    assert score([(graph("镇党委书记"), graph("党委书记"))]).roles == (1, 1)
    assert score([(graph("党委书记"), graph("镇长"))]).roles == (0, 1)


def test_articles_are_paired_by_id_then_title_then_order() -> None:
    one, two = {**EMPTY, "id": "1", "title": "甲"}, {**EMPTY, "id": "2", "title": "乙"}
    assert pair([one, two], [two, one]) == [(one, one), (two, two)]
    other = {**EMPTY, "id": "x", "title": "“乙”"}
    assert [(g["id"], f["id"]) for g, f in pair([one, two], [other])] == [("1", ""), ("2", "x")]
    bare = [{**EMPTY, "id": "8"}, {**EMPTY, "id": "9"}]
    assert [(g["id"], f["id"]) for g, f in pair([one, two], bare)] == [("1", "8"), ("2", "9")]
    with pytest.raises(InputError, match="2 gold articles, 1 graphs"):
        pair([one, two], bare[:1])


def test_the_table_has_a_line_for_each_type_and_predicate() -> None:
    lines = list(table(score([(GOLD, GOLD)])))
    assert lines[0] == "node Place            P 1.000  R 1.000  F1 1.000   tp 3 fp 0 fn 0"
    assert [line.split()[1] for line in lines] == ["Place", "ALL", "located_in", "partners_with", "ALL", "right"]


def test_gold_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.json.*no gold can be read"):
        read_gold(bad)
    bad.write_text("[1]", encoding="utf-8")
    with pytest.raises(InputError, match="an article needs id, nodes and edges"):
        read_gold(bad)
    bad.write_text(json.dumps(GOLD) + "\n{\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.json:2"):
        read_graphs(bad)


def test_a_gold_with_its_text_needs_no_source(tmp_path: Path) -> None:
    text = "德清县康乾街道的居民领到了新钥匙。"
    (graph,) = Extractor().extract([Article("g", None, text, "x")])
    file = tmp_path / "gold.json"
    file.write_text(json.dumps(graph.to_json(), ensure_ascii=False), encoding="utf-8")
    assert evaluate(file, on_error=pytest.fail).figures("node") == (1.0, 1.0, 1.0)
    file.write_text(json.dumps(GOLD), encoding="utf-8")
    with pytest.raises(InputError, match="no text of its own"):
        evaluate(file, on_error=pytest.fail)
