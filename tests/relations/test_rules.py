"""The reader of rule files: what it refuses, and how its errors point at the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataError
from kg.relations.engine import RuleEngine
from kg.relations.patterns import PatternError, compile_pattern

RULE = """rules:
  - id: test.rule
    predicate: runs
    doc: 测试。
    trigger: [推出]
    source: {type: body, at: subject}
    target: {type: Program, at: object}
    confidence: 0.9
    match: ["[青山镇:Place]推出[“夜巡”:Program]。 => 青山镇 runs “夜巡”"]
    no_match: ["[青山镇:Place]谈到[“夜巡”:Program]。"]
"""


def load(tmp_path: Path, text: str) -> RuleEngine:
    path = tmp_path / "test.yaml"
    path.write_text(text, "utf-8")
    return RuleEngine.load([path])


def test_a_rule_is_read(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, RULE).rules
    assert (rule.id, rule.predicate, rule.line) == ("test.rule", "runs", 2)
    assert rule.source.types == {"Organization", "Place"}


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("    doc: 测试。\n", "    doc: 测试。\n    colour: red\n", 5, "unknown key “colour”"),
        ("predicate: runs", "predicate: rules", 3, "is no predicate"),
        ("trigger: [推出]", "trigger: {list: nowhere}", 5, "is no list"),
        ("trigger: [推出]", "trigger: []", 5, "needs words"),
        ("trigger: [推出]", "sequence: \"[source:Person]推出\"", 5, "needs a [source:…] and a [target:…]"),
        ("type: Program", "type: Dragon", 7, "is no type"),
        ("type: Program", "type: Person", 7, "does not take Person here"),
        ("at: object", "at: nowhere", 7, "is no position"),
        ("confidence: 0.9", "confidence: 9", 8, "between 0 and 1"),
        ("    no_match: [\"[青山镇:Place]谈到[“夜巡”:Program]。\"]\n", "    no_match: []\n", 10, "at least one sentence"),
        ("    trigger: [推出]\n", "", 2, "has one of"),
    ],
)
def test_errors_name_file_line_and_what(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    assert old in RULE
    with pytest.raises(DataError) as caught:
        load(tmp_path, RULE.replace(old, new))
    assert caught.value.line == line
    assert what in caught.value.what
    assert caught.value.where is not None
    assert caught.value.where.endswith("test.yaml")
    assert caught.value.remedy


def test_the_same_id_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there twice"):
        load(tmp_path, RULE + RULE.removeprefix("rules:\n"))


@pytest.mark.parametrize("sequence", ["[source:Person][target:Dragon]", "[source:Person", "[role]", "[source:body][source:body]"])
def test_a_sequence_that_cannot_be_read(sequence: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(sequence)


def test_a_sequence_is_anchored_by_its_longest_text() -> None:
    assert compile_pattern("[source:Person]的(儿子|女儿)[target:Person]").anchors == {"的"}
    assert compile_pattern("[source:Person](儿子|女儿)[target:Person]").anchors == {"儿子", "女儿"}
