"""Training of the relation model: what is an example, and that a run makes a model that works, the same one each time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kg.building import read_annotated
from kg.errors import DataError
from kg.relations.engine import RuleEngine
from kg.relations.model import FILES, RelationModel
from kg.relations.pairs import ROLE, PairReader, labels_of
from kg.schema import default_schema
from kg.train.corpus import read_article
from kg.train.relations import ReadArticle, Settings, _Network, examples, figures, train

ARTICLE = """id: w99-1
title: [青山镇:Place]办起夜校
kind: article
authors:
date: 2024-05-06
province: 330000
beat: party
writer: w99
trap:
---
近日，[云河县:Place][青山镇:Place][党委书记:role][李明:Person]走访了[白石村:Place]。[青山镇:Place]推出“[送岗进村:Program]”活动，[白石村:Place]也来了。
---
青山镇 | located_in | 云河县
白石村 | located_in | 青山镇
李明 | affiliated_with | 青山镇 | role=党委书记
李明 | visits | 白石村
青山镇 | runs | 送岗进村
? 白石村 | participates_in | 送岗进村
"""
SCHEMA = default_schema()
TRIGGERS = RuleEngine.load().triggers


@pytest.fixture
def read(tmp_path: Path) -> list[ReadArticle]:
    path = tmp_path / "w99-1.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return list(read_annotated([read_article(path)]))


def reader() -> PairReader:
    return PairReader(list("走访推出镇村"), ["v"], labels_of(SCHEMA), TRIGGERS, SCHEMA)


def test_mentions_stand_for_the_nodes_of_the_annotation(read: list[ReadArticle]) -> None:
    (one,) = read
    labels = {node.id: node.label for node in one.article.nodes}
    found = {one.document.mentions[i].text: labels.get(nodes[0]) for i, nodes in enumerate(one.nodes) if nodes}
    assert found["青山镇"] == "青山镇"
    assert found["李明"] == "李明"
    assert any(fact.predicate == "runs" for fact in one.facts)


def test_an_example_is_a_pair_of_nodes_and_its_mention_pairs_are_alternatives(read: list[ReadArticle]) -> None:
    (example,) = examples(reader(), read, SCHEMA)
    stated = [name for name, answer in zip(example.predicates, example.answers, strict=True) if answer == 1]
    unsure = [name for name, answer in zip(example.predicates, example.answers, strict=True) if answer == -1]
    assert sorted(stated) == ["affiliated_with", "located_in", "located_in", ROLE, ROLE, "runs", "visits"]
    assert unsure == ["participates_in"]
    runs = [i for i, name in enumerate(example.predicates) if name == "runs" and example.answers[i] == 1]
    assert (example.groups == runs[0]).sum() == 2  # 青山镇 is named twice


def test_the_network_and_its_form_in_numpy_agree(read: list[ReadArticle]) -> None:
    torch = pytest.importorskip("torch", reason="torch, of the train extra, is not installed")
    torch.manual_seed(1)
    own = reader()
    (example,) = examples(own, read, SCHEMA)
    network = _Network(Settings(width=16, layers=3), 8, 3, len(own.labels), len(own.predicates))
    torch.nn.init.normal_(network.net["known"].weight)
    network.net.eval()
    network.settings = Settings(width=16, layers=3, forget=0.0, alone=-1.0)
    with torch.no_grad():
        wanted = torch.sigmoid(network._odds(example.pairs)).numpy()
    found = RelationModel(own, network.weights()).scores(example.pairs)
    assert np.allclose(np.where(example.pairs.allowed, wanted, 0), found, atol=1e-5)


def test_training_makes_a_model_that_works_and_the_same_bytes_again(read: list[ReadArticle], tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch, of the train extra, is not installed")

    def parts(split: str) -> Iterator[ReadArticle]:
        yield from read * 3

    lines: list[str] = []
    for out in ("one", "two"):
        train(tmp_path / out, parts, TRIGGERS, Settings(passes=300, width=16, layers=2), progress=lines.append)
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in FILES)
    model = RelationModel.load(TRIGGERS, tmp_path / "one")
    told = figures(model, list(examples(model.reader, read, SCHEMA)))
    assert told.startswith("all: P 1.000 R 1.000")


def test_without_torch_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(DataError, match=r"torch is missing.*\[train\]"):
        train(tmp_path, lambda split: (), TRIGGERS)


def test_a_corpus_that_lacks_a_part_is_told(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch, of the train extra, is not installed")
    with pytest.raises(DataError, match="no train part"):
        train(tmp_path, lambda split: (), TRIGGERS)


@pytest.mark.parametrize("name", FILES)
def test_a_model_that_is_incomplete_says_how_to_make_it(name: str, tmp_path: Path) -> None:
    from shutil import copy

    from kg.resources import model_path

    for other in FILES:
        if other != name:
            copy(model_path("relations") / other, tmp_path / other)
    with pytest.raises(DataError, match="kg train relations"):
        RelationModel.load(TRIGGERS, tmp_path)
    (tmp_path / name).write_bytes(b"\xff\x00")
    with pytest.raises(DataError):
        RelationModel.load(TRIGGERS, tmp_path)
