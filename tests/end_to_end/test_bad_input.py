"""Bad input costs itself: one clear line with place, reason and remedy, status 1, and the good beside it is built."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import STORY
from running import EXPORTS, Kg, Run

from kg.building import build
from kg.errors import InputError
from kg.sources import stream

Put = Callable[[str, str | bytes], Path]


@pytest.fixture
def put(sources: Path) -> Put:
    """Writes a file into the folder to work in."""

    def write(name: str, content: str | bytes) -> Path:
        path = sources / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Path(name)

    return write


def told(run: Run, place: str, reason: str) -> None:
    """The run failed in part, and said so in one line, beside the good ones."""
    assert run.status == 1
    (line,) = [line for line in run.complaints if line.startswith(f"kg: {place}: ")]
    assert reason in line
    what, _, remedy = line.partition(" — ")
    assert what
    assert remedy, "it says what to do"
    assert "Traceback" not in run.err
    assert "Error" not in run.err


def record(text: str, **more: object) -> str:
    return json.dumps({"id": "x", "title": "题", "text": text, **more}, ensure_ascii=False) + "\n"


GOOD = "千丰社区党总支书记王海介绍，社区推出“银发食堂”服务。"
BAD: list[tuple[str, str | bytes, str, str]] = [
    # the file, its content, the place that the complaint names, the reason
    ("x.txt", b"", "x.txt", "the file is empty"),
    ("x.jsonl", b"", "x.jsonl", "the file is empty"),
    ("x.csv", b"", "x.csv", "the file is empty"),
    ("x.txt", " \n\n\u3000\n", "x.txt", "there is no article in it"),
    ("x.txt", b"\xef\xbb\xbf", "x.txt", "there is no article in it"),
    ("x.txt", bytes(range(256)) * 40, "x.txt", "this is a binary file"),
    ("x.txt", random.Random(7).randbytes(5000), "x.txt", "this is a binary file"),
    ("x.txt", b"\0" * 5000, "x.txt", "this is a binary file"),
    ("x.txt", b"\x89PNG\r\n\x1a\n" + bytes(100), "x.txt", "this is a picture"),
    ("x.txt", b"%PDF-1.7\n" + bytes(100), "x.txt", "this is a PDF"),
    ("x.csv", b"PK\x03\x04" + bytes(100), "x.csv", "an Office document"),
    ("x.docx", b"PK\x03\x04" + bytes(100), "x.docx", "no kind of file that can be read"),
    ("x.jsonl", '{"id": "1", "text": \n', "x.jsonl:1", "broken JSON"),
    ("x.jsonl", record(GOOD) + '{"text"\n' + record(GOOD, id="y"), "x.jsonl:2", "broken JSON"),
    ("x.jsonl", record(GOOD) + "[1, 2]\n", "x.jsonl:2", "not an object"),
    ("x.jsonl", record(GOOD) + "7\n", "x.jsonl:2", "not an object"),
    ("x.jsonl", '{"text": 7}\n', "x.jsonl:1", "not a text"),
    ("x.jsonl", '{"text": null}\n', "x.jsonl:1", "not a text"),
    ("x.jsonl", '{"text": ""}\n', "x.jsonl:1", "is empty"),
    ("x.jsonl", '{"id": "1"}\n', "x.jsonl:1", "no column “text”"),
    ("x.jsonl", record(GOOD) + "[" * 100_000 + "\n", "x.jsonl:2", "nested too deep"),
    ("x.jsonl", record(GOOD) + '{"text": ' + "1" * 10_000 + "}\n", "x.jsonl:2", ""),
    ("x.json", "[" + record(GOOD) + ', {"text": ]', "x.json:2", "broken JSON"),
    ("x.csv", "id,title\n1,题\n", "x.csv:1", "no column “text”"),
    ("x.csv", "text\n", "x.csv", "there is no article in it"),
]


@pytest.mark.parametrize(("name", "content", "place", "reason"), BAD, ids=[f"{b[0]}: {b[3]}" for b in BAD])
def test_it_costs_itself(kg: Kg, put: Put, name: str, content: str | bytes, place: str, reason: str) -> None:
    bad = put(name, content)
    run = kg("build", bad, "news", "-o", "out")
    told(run, place, reason)
    assert {path.name for path in Path("out").iterdir()} == {*EXPORTS, "graph.duckdb"}
    assert "夜间门诊" in Path("out", "nodes.csv").read_text("utf-8"), "what comes behind the bad input is read"
    told(kg("extract", bad, "news"), place, reason)


def test_the_good_records_beside_a_broken_one_are_read(kg: Kg, put: Put) -> None:
    put("x.jsonl", record(GOOD, id="1") + '{"text"\n' + record(GOOD.replace("银发", "暖心"), id="3"))
    run = kg("extract", "x.jsonl")
    told(run, "x.jsonl:2", "broken JSON")
    assert [json.loads(line)["id"] for line in run.out.splitlines()] == ["1", "3"]


def test_many_bad_inputs_are_a_line_each(kg: Kg, put: Put) -> None:
    for number in range(5):
        put(f"x{number}.txt", b"")
    run = kg("build", *[f"x{number}.txt" for number in range(5)], "gone.txt", "news", "-o", "out")
    assert run.status == 1
    assert len(run.complaints) == 6
    assert "4 articles read, 6 inputs failed" in run.out


def test_what_is_not_there(kg: Kg, sources: Path) -> None:
    (sources / "link.txt").symlink_to("nowhere.txt")
    told(kg("build", "gone.txt", "news", "-o", "out"), "gone.txt", "no such file or folder")
    told(kg("build", "link.txt", "news", "-o", "out"), "link.txt", "no such file or folder")
    told(kg("build", "gone*.txt", "news", "-o", "out"), "gone*.txt", "no file matches")


def test_a_file_that_vanishes_while_others_are_read(sources: Path) -> None:
    errors: list[InputError] = []

    def progress(done: int, total: int, articles: int) -> None:
        (sources / "news" / "c.csv").unlink(missing_ok=True)

    result = build(["news"], "out", on_error=errors.append, progress=progress)
    assert result.articles == 3
    assert [str(error) for error in errors] == [
        "news/c.csv: cannot be read (No such file or directory) — check the path and its rights"
    ]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read(kg: Kg, put: Put) -> None:
    put("x.txt", STORY).chmod(0)
    told(kg("build", "x.txt", "news", "-o", "out"), "x.txt", "cannot be read (Permission denied)")


def test_a_folder_without_a_readable_file(kg: Kg, sources: Path) -> None:
    (sources / "void").mkdir()
    told(kg("build", "void", "news", "-o", "out"), "void", "the folder has no file that can be read")
    (sources / "void" / "a.png").write_bytes(b"")
    run = kg("build", "void", "news", "-o", "out")
    assert run.status == 1
    assert [line.partition(" — ")[0] for line in run.complaints] == [
        "kg: void: files of other kinds were passed over: 1 .png", "kg: void: the folder has no file that can be read",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["news/b.jsonl", "news/c.csv"])
def test_a_column_that_is_not_there(kg: Kg, sources: Path, name: str) -> None:
    run = kg("build", name, "news/a.txt", "-o", "out", "--columns", "text=正文")
    assert run.status == 1
    assert all("no column “正文”" in line and "there are: id, title, text" in line for line in run.complaints)
    assert "1 articles read" in run.out


def test_a_line_that_is_too_long(kg: Kg, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "ITEM_LIMIT", 5000)
    put("x.jsonl", record(GOOD, id="1") + record(GOOD * 500, id="2") + record(GOOD, id="3"))
    run = kg("extract", "x.jsonl")
    told(run, "x.jsonl:2", "the line is larger than")
    assert [json.loads(line)["id"] for line in run.out.splitlines()] == ["1", "3"]


def test_a_text_that_is_too_long(kg: Kg, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "ITEM_LIMIT", 5000)
    told(kg("build", put("x.txt", STORY * 100), "news", "-o", "out"), "x.txt", "the file is larger than")


@pytest.mark.slow
def test_fifty_megabytes_in_a_line(kg: Kg, put: Put) -> None:
    put(
        "x.jsonl",
        record(GOOD, id="1") + record(GOOD * (50_000_000 // len(GOOD.encode())), id="2") + record(GOOD, id="3"),
    )
    run = kg("extract", "x.jsonl")
    told(run, "x.jsonl:2", "the line is larger than 20 MB")
    assert [json.loads(line)["id"] for line in run.out.splitlines()] == ["1", "3"]


@pytest.mark.slow
def test_fifty_megabytes_of_nothing(kg: Kg, sources: Path) -> None:
    with (sources / "x.jsonl").open("wb") as file:
        file.write(record(GOOD).encode())
        file.truncate(50_000_000)
    told(kg("build", "x.jsonl", "news", "-o", "out"), "x.jsonl", "binary file")


def test_half_a_surrogate_pair_in_json(kg: Kg, put: Put) -> None:
    """JSON may say it, UTF-8 cannot: it goes, and the rest of the article stays."""
    put("x.jsonl", '{"id": "\\ud800", "title": "题\\udfff", "text": "千丰社区\\ud800党总支书记王海笑了。"}\n')
    run = kg("build", "x.jsonl", "-o", "out")
    assert (run.status, run.err) == (0, "")
    (article,) = [json.loads(line) for line in kg("extract", "x.jsonl").out.splitlines()]
    assert article["text"] == "千丰社区党总支书记王海笑了。"
    assert article["title"] == "题"
    for name in EXPORTS:
        Path("out", name).read_bytes().decode("utf-8")


def test_zero_bytes_within_a_text(kg: Kg, put: Put) -> None:
    put("x.txt", STORY.replace("千丰", "千\0丰").replace("王海近日", "王海\0\0近日"))
    put("y.jsonl", '{"id": "y", "text": "千丰\\u0000社区\\u0000党总支书记王海笑了。"}\n')
    run = kg("extract", "x.txt", "y.jsonl")
    assert (run.status, run.err) == (0, "")
    texts = [json.loads(line)["text"] for line in run.out.splitlines()]
    assert texts[0] == STORY.split("\n", 3)[3].replace("\n\n", "\n").strip()
    assert texts[1] == "千丰社区党总支书记王海笑了。"


@pytest.mark.parametrize("damage", [b"\xff", b"\xe5\x8d", b"\xed\xa0\x80"])
def test_damaged_bytes_are_left_out_and_told(kg: Kg, put: Put, damage: bytes) -> None:
    put("x.txt", STORY.encode().replace("食堂".encode(), "食堂".encode() + damage, 1))
    run = kg("extract", "x.txt")
    told(run, "x.txt", "not valid utf-8 and left out")
    assert json.loads(run.out)["title"] == "千丰社区办起食堂"


@pytest.mark.parametrize("name", ["新 闻.txt", "a'b.txt", "a;b&c.txt", "-x.txt", "<b>.txt", "a#1.txt", "%41.txt"])
def test_odd_names_of_files(kg: Kg, put: Put, name: str) -> None:
    put(name, STORY)
    run = kg("build", "-o", "out", "--", name)
    assert (run.status, run.err) == (0, "")
    (article,) = [json.loads(line) for line in kg("extract", "--", name).out.splitlines()]
    assert article["source"] == f"{name}#1"


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13", "hex"])
def test_an_encoding_that_is_none_is_told_to_programs_too(sources: Path, encoding: str) -> None:
    with pytest.raises(InputError, match="no encoding"):
        build(["news"], "out", encoding=encoding)


def test_nothing_at_all_on_standard_input(kg: Kg, sources: Path) -> None:
    told(kg("extract", "-"), "-", "the file is empty")


def test_nothing_could_be_read(kg: Kg, put: Put) -> None:
    put("x.txt", b"")
    run = kg("build", "x.txt", "-o", "out")
    assert run.status == 1
    assert run.complaints[-1].startswith("kg: no article could be read — ")
    run = kg("extract", "x.txt")
    assert (run.status, run.out) == (1, "")


def test_a_text_full_of_markup_reaches_no_export_unescaped(kg: Kg, put: Put) -> None:
    put(
        "x.jsonl", record(GOOD.replace("银发食堂", "</script><script>alert(1)</script>"), title="<img src=x onerror=1>")
    )
    assert kg("build", "x.jsonl", "-o", "out").status == 0
    report = Path("out", "report.html").read_text("utf-8")
    assert "<script>alert(1)" not in report
    assert "<img src=x" not in report
