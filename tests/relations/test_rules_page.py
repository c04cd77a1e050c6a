"""docs/rules.md: its examples are rules that load and hold, and it names every position, key and sign."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.relations.engine import RuleEngine
from kg.relations.explain import check_examples
from kg.relations.rules import _OPTIONAL, _REQUIRED, _SLOT, POSITIONS

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
TEXT = PAGE.read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_rules_of_the_page_load_and_hold(example: str, tmp_path: Path) -> None:
    path = tmp_path / "page.yaml"
    path.write_text(example, "utf-8")
    engine = RuleEngine.load([path])
    assert engine.rules
    for rule in engine.rules:
        assert check_examples(rule, engine) == ()


@pytest.mark.parametrize("word", sorted(POSITIONS.keys() | _REQUIRED | _OPTIONAL | _SLOT))
def test_every_position_and_key_is_explained(word: str) -> None:
    assert f"`{word}`" in TEXT or f"`{word}:" in TEXT
