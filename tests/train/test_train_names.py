"""Training of the names model: what it learns from, the swapping of names, and that a run makes a model that works."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from kg.errors import DataError
from kg.knowledge.gazetteer import Gazetteer
from kg.language.reading import NameReader
from kg.language.recognizer import FILES, Recognizer
from kg.train.corpus import read_article
from kg.train.head import PROVINCES
from kg.train.names import LABELS, Settings, annotated_texts, examples, span_counts, train
from kg.train.swapping import Annotated, NameLists, Swapper

ARTICLE = """id: {id}
title: [青山镇:Place]办起夜校
kind: article
authors:
date: 2024-05-06
province: {province}
beat: party
writer: w99
trap:
---
[云河县:Place][青山镇:Place][党委书记:role][李明:Person]在第{id}期“[送岗进村:Program]”活动上讲话，[小课堂:Program?]也来了。
---
青山镇 | located_in | 云河县
李明 | affiliated_with | 青山镇 | role=党委书记
青山镇 | runs | 送岗进村
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for number, province in enumerate(PROVINCES):  # so that each part of the split has some
        text = ARTICLE.replace("{id}", f"w99-{number}").replace("{province}", province)
        (tmp_path / f"w99-{number}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def surfaces(one: Annotated) -> list[tuple[str, str]]:
    return [(one.text[start:end], kind) for start, end, kind in one.spans]


def test_names_and_roles_are_learned_with_their_marks_and_unsure_programs_are_not(corpus: Path) -> None:
    title, body = annotated_texts([read_article(corpus / "w99-0.txt")])
    assert surfaces(title) == [("青山镇", "Place")]
    assert surfaces(body) == [
        ("云河县", "Place"), ("青山镇", "Place"), ("党委书记", "Role"), ("李明", "Person"), ("“送岗进村”", "Program"),
    ]  # fmt: skip


def test_labels_begin_each_name_anew() -> None:
    one = Annotated("云河县青山镇来信。", ((0, 3, "Place"), (3, 6, "Place")))
    (example,) = examples(NameReader.open(), [one])
    assert [LABELS[label] for label in example.labels] == ["B-Place", "I-Place", "I-Place"] * 2 + ["O"] * 3
    assert len(example.text) == len(example.tags) == len(example.states) == len(example.cues)


def test_a_swapped_text_has_other_names_in_the_same_places() -> None:
    text = "云河县青山镇党委书记李明来到青山镇卫生院，李明说好。"
    spans = (
        (0, 3, "Place"), (3, 6, "Place"), (6, 10, "Role"), (10, 12, "Person"), (14, 20, "Organization"), (21, 23, "Person"),
    )  # fmt: skip
    one = Annotated(text, spans)
    swapper = Swapper([one], NameLists.load(), Gazetteer.open())
    copies = [swapper.swap(one, random.Random(seed)) for seed in range(30)]
    assert copies == [swapper.swap(one, random.Random(seed)) for seed in range(30)]
    assert len({copy.text for copy in copies}) > 20
    for copy in copies:
        names = surfaces(copy)
        assert [kind for _, kind in names] == [kind for *_, kind in spans]
        county, town, role, person, clinic, again = (name for name, _ in names)
        assert (county[-1], town[-1], role) == ("县", "镇", "党委书记")
        assert clinic == town + "卫生院"
        assert again == person
        assert copy.text == f"{county}{town}党委书记{person}来到{clinic}，{person}说好。"


def test_people_of_a_province_bear_its_names() -> None:
    lists, chance = NameLists.load(), random.Random(4)
    xinjiang = [lists.person(chance, "650000") for _ in range(300)]
    assert sum("·" in name for name in xinjiang) > 30
    assert all(2 <= len(name) <= 14 for name in xinjiang)


def test_counts_of_spans() -> None:
    gold, got = [(0, 2, "Person"), (3, 5, "Place")], [(0, 2, "Person"), (3, 6, "Place")]
    assert span_counts(gold, got) == {("Person", "tp"): 1, ("Place", "fp"): 1, ("Place", "fn"): 1}


def test_training_makes_a_model_that_works_and_the_same_bytes_again(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch, of the train extra, is not installed")
    lines: list[str] = []
    settings = Settings(passes=2, copies=1, width=16, channels=8, characters=8)
    for out in ("one", "two"):
        train(tmp_path / out, settings, corpus=[corpus], progress=lines.append)
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in FILES)
    assert sum("dev P" in line for line in lines) == 4
    reader = NameReader.open()
    reader.find(Recognizer.load(reader.cues.columns, tmp_path / "one"), ["云河县青山镇党委书记李明来了。"])


def test_without_torch_the_extra_is_named(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(DataError, match=r"torch is missing.*\[train\]"):
        train(tmp_path, corpus=[corpus])


def test_a_network_that_would_be_written_wrong_is_refused(corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch, of the train extra, is not installed")
    for settings in (Settings(states=False), Settings(cues=False), Settings(encoder="gru")):
        with pytest.raises(ValueError, match="can be written"):
            train(tmp_path / "out", settings, corpus=[corpus])
