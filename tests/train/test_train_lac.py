"""The command that makes `models/lac`: the committed files, and LAC's own code as the witness.

KG_LAC_PACKAGE names the file that `pip download --no-deps LAC==2.1.2` leaves; without it most of these are skipped.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
import tarfile
import types
from pathlib import Path
from typing import Any

import pytest

from kg.errors import DataError
from kg.language.tagger import LacTagger
from kg.resources import model_path
from kg.train import lac

PACKAGE = os.environ.get("KG_LAC_PACKAGE", "")
needs_package = pytest.mark.skipif(not Path(PACKAGE).is_file(), reason="KG_LAC_PACKAGE names no LAC 2.1.2 package")

TEXTS = [
    "云河县青禾镇党委书记陈立群昨日走访了白石村李家湾12户居民，送上ABC牌电风扇。",
    "近日，桐山街道联合市第二人民医院在槐荫社区文化礼堂开展“银龄守护”义诊活动，服务老人86名。",
    "記者從縣農業農村局獲悉，今年全縣新建ＩＯＴ大棚３２座，總投資１.２億元。",
]


def test_the_folder_is_small_enough() -> None:
    assert sum(file.stat().st_size for file in model_path("lac").iterdir()) < 18_000_000


def test_what_is_not_lac_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "LAC" / "lac_model" / "conf" / "word.dic"
    wrong.parent.mkdir(parents=True)
    wrong.write_text("0\t村\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"not the weights of LAC==2\.1\.2"):
        lac.make(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@needs_package
def test_the_committed_files_are_what_the_command_makes(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    lac.make(Path(PACKAGE), tmp_path)
    for name in lac.FILES:
        assert (tmp_path / name).read_bytes() == (model_path("lac") / name).read_bytes(), name


@needs_package
def test_half_precision_changes_no_tag_here() -> None:
    pytest.importorskip("onnx")
    figures = lac.measure(model_path("lac"), Path(PACKAGE), TEXTS)
    assert figures["agreement"] == 1.0
    assert figures["megabytes"] < 18


@needs_package
def test_the_input_is_what_lacs_own_code_makes_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment, dataset = _lacs_own(tmp_path, monkeypatch)
    tagger = LacTagger.load()
    tagger.tag(["预热"])
    reader = tagger._input
    assert reader is not None
    words = (model_path("lac") / "word.dic").read_bytes().decode().split("\n")
    for text in TEXTS + _mixtures(list(dataset.word2id_dict), "".join(TEXTS)):
        theirs_ids, theirs_lengths = dataset.text_to_ids(segment.fast_cut(text))
        ours_ids, ours_lengths = reader.encode(text)
        assert ours_lengths == theirs_lengths, text
        assert [words[row] for row in ours_ids] == [dataset.id2word_dict[str(row)] for row in theirs_ids], text


def _mixtures(words: list[str], characters: str) -> list[str]:
    """Texts of words of the dictionary and characters, in no order: many near-ties for the cutter."""
    rng = random.Random(7)
    return [
        "".join(rng.choice(words) if rng.random() < 0.6 else rng.choice(characters) for _ in range(rng.randint(1, 60)))
        for _ in range(1500)
    ]


def _lacs_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """LAC's Segment and Dataset, from the package itself; its `__init__` is passed over, for it asks for paddle."""
    with tarfile.open(PACKAGE) as archive:
        wanted = [member for member in archive if "/LAC/" in member.name and member.name.endswith((".py", ".dic"))]
        archive.extractall(folder, wanted, filter="data")
    root = next(folder.glob("*/LAC"))
    package = types.ModuleType("LAC")
    package.__path__ = [str(root)]
    monkeypatch.setitem(sys.modules, "LAC", package)
    conf = root / "lac_model" / "conf"
    arguments = types.SimpleNamespace(
        word_dict_path=str(conf / "word.dic"),
        label_dict_path=str(conf / "tag.dic"),
        word_rep_dict_path=str(conf / "q2b.dic"),
        model="lac",
    )
    segment = importlib.import_module("LAC.segment").Segment(str(conf / "small_seg.dic"))
    return segment, importlib.import_module("LAC.reader").Dataset(arguments)
