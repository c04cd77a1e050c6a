"""Files, folders, globs, standard input and every format; each bad thing costs itself."""

from __future__ import annotations

import io
import json
import os
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.records import Article
from kg.sources import Columns, list_inputs, read_input, read_sources
from kg.sources import stream as stream_module
from kg.sources.registry import FORMATS

BODY = "近日，青禾镇云水村的稻田里响起了音乐，300多名村民和游客坐在田埂上，听完了一场特别的音乐会。"
STORY = f"云水村办起音乐会\n\n林小满\n\n{BODY}\n"


def read(*specs: str | Path, **options: Any) -> tuple[list[Article], list[InputError]]:
    errors: list[InputError] = []
    return list(read_sources([str(spec) for spec in specs], on_error=errors.append, **options)), errors


def only(errors: list[InputError]) -> InputError:
    assert len(errors) == 1
    assert errors[0].remedy
    return errors[0]


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def row(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False)


# ---- what the user names


def test_a_folder_is_read_in_order_and_without_hidden_files() -> None:
    for name in ("d/b.txt", "d/a/z.md", "d/.hidden.txt", "d/.git/x.txt", "d/plain", "d/c.png", "d/README.md"):
        put(name, STORY)
    articles, errors = read("d")
    assert [article.source for article in articles] == ["d/b.txt#1", "d/plain#1", "d/a/z.md#1"]
    assert "1 .png" in only(errors).what


def test_a_pattern() -> None:
    put("a1.txt", STORY)
    put("a2.txt", STORY)
    assert [article.source for article in read("a*.txt")[0]] == ["a1.txt#1", "a2.txt#1"]
    assert only(read("b*.txt")[1]).where == "b*.txt"


def test_a_file_whose_name_looks_like_a_pattern() -> None:
    put("a[1].txt", STORY)
    assert read("a[1].txt")[0][0].source == "a[1].txt#1"


@pytest.mark.parametrize("name", ["./x.txt", "x.txt"])
def test_the_source_is_the_path_as_given(name: str) -> None:
    put("x.txt", STORY)
    assert read(name)[0][0].source == f"{name}#1"


def test_each_bad_input_costs_itself() -> None:
    put("empty.txt", b"")
    put("blank.txt", "\n \n")
    put("pic.txt", b"\x89PNG\r\n\x1a\n\0\0\0")
    put("bin.txt", bytes(range(256)) * 20)
    put("x.docx", b"PK\x03\x04")
    put("good.txt", STORY)
    Path("void").mkdir()
    articles, errors = read(
        "missing.txt", "empty.txt", "blank.txt", "pic.txt", "bin.txt", "x.docx", "void", "a\0b", "good.txt"
    )
    assert [article.title for article in articles] == ["云水村办起音乐会"]
    assert {error.where: error.what for error in errors} == {
        "missing.txt": "no such file or folder",
        "a\0b": "no such file or folder",
        "x.docx": "“.docx” is no kind of file that can be read",
        "void": "the folder has no file that can be read",
        "empty.txt": "the file is empty",
        "blank.txt": "there is no article in it",
        "pic.txt": "this is a picture, not text",
        "bin.txt": "this is a binary file, not text",
    }
    assert all(error.remedy for error in errors)


def test_a_file_that_vanishes_or_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.txt", STORY)
    errors: list[InputError] = []
    (found,) = list_inputs(["a.txt"], errors.append)
    assert found.size == len(STORY.encode())
    Path("a.txt").unlink()
    assert list(read_input(found, on_error=errors.append)) == []
    assert "No such file" in only(errors).what
    put("a.txt", STORY)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "Permission denied" in only(read("a.txt")[1]).what


@pytest.mark.skipif(sys.platform == "win32", reason="names are bytes on POSIX only")
def test_a_name_that_is_no_utf8() -> None:
    try:
        Path(os.fsdecode(b"d\xff.txt")).write_text(STORY, "utf-8")
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    (article,) = read(".")[0]
    article.source.encode("utf-8")


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (STORY, "云水村办起音乐会"), (row(title="一", text=BODY) + "\n", "一"),
        ("[" + row(title="一", text=BODY) + "]", "一"), ("[青禾]甲\n" + BODY, "[青禾]甲"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "gb18030"])
def test_standard_input_is_seen_by_looking(
    content: str, title: str, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode(codec))))
    (article,), errors = read("-")
    assert (article.source, article.title, errors) == ("-#1", title, [])


# ---- text


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_in_every_encoding(codec: str, end: str) -> None:
    put("a.txt", STORY.replace("\n", end).encode(codec))
    (article,), errors = read("a.txt")
    assert (article.title, article.text, article.authors[0].name, errors) == ("云水村办起音乐会", BODY, "林小满", [])
    assert (article.first_line, article.last_line) == (1, 5)


def test_the_encoding_may_be_named() -> None:
    put("a.txt", STORY.encode("gb18030"))
    assert read("a.txt", encoding="gb18030")[0][0].text == BODY
    with pytest.raises(InputError, match="no encoding"):
        read_sources(["a.txt"], encoding="klingon", on_error=print)


def test_dirt_in_a_text_is_removed_and_damage_reported() -> None:
    data = STORY.encode()
    put("a.txt", data.replace("稻田".encode(), "稻\0田\x07".encode() + b"\xff"))
    (article,), errors = read("a.txt")
    assert article.text == BODY
    assert "not valid utf-8" in only(errors).what


def test_a_text_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "ITEM_LIMIT", 100)
    put("a.txt", STORY * 2)
    assert "larger than" in only(read("a.txt")[1]).what


# ---- JSON lines, JSON, CSV


def write_rows(suffix: str, rows: list[dict[str, Any]], codec: str = "utf-8") -> str:
    if suffix == ".jsonl":
        content = "".join(row(**each) + "\n" for each in rows)
    elif suffix == ".json":
        content = json.dumps(rows, ensure_ascii=False, indent=1)
    else:
        mark = "\t" if suffix == ".tsv" else ","
        lines = [mark.join(rows[0])]
        lines += [mark.join('"' + str(value).replace('"', '""') + '"' for value in each.values()) for each in rows]
        content = "\n".join(lines) + "\n"
    put(f"a{suffix}", content.encode(codec))
    return f"a{suffix}"


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".csv", ".tsv"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
def test_records(suffix: str, codec: str) -> None:
    rows = [
        {
            "id": "7",
            "title": "云水村办起音乐会",
            "text": f"本报讯（记者 林小满）{BODY}",
            "date": "2024/5/6",
            "url": "https://example.org/7",
        },
        {"id": "8", "title": "", "text": f"志愿者上门\n\n何远\n\n{BODY}", "date": "某日", "url": ""},
    ]
    (first, second), errors = read(write_rows(suffix, rows, codec))
    assert errors == []
    assert (first.id, first.title, first.text, first.date, first.url) == (
        "7", "云水村办起音乐会", BODY, "2024-05-06", "https://example.org/7",
    )  # fmt: skip
    assert (second.id, second.title, second.text, second.date, second.url) == ("8", "志愿者上门", BODY, None, None)
    assert [a.source for a in (first, second)] == [f"a{suffix}#1", f"a{suffix}#2"]
    assert second.first_line > first.first_line >= 1


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".csv"])
def test_other_columns(suffix: str) -> None:
    path = write_rows(suffix, [{"编号": 3, "标题": "甲乙丙丁", "正文": BODY, "日期": 20240506}])
    columns = Columns(id="编号", title="标题", text="正文", date="日期")
    (article,), errors = read(path, columns=columns)
    assert (article.id, article.title, article.date, errors) == ("3", "甲乙丙丁", "2024-05-06", [])
    error = only(read(path)[1])
    assert "text" in error.what
    assert "正文" in (error.remedy or "")


def test_a_wrong_column_gives_the_file_up_after_some_lines() -> None:
    put("a.jsonl", "".join(row(body=BODY) + "\n" for _ in range(500)))
    articles, errors = read("a.jsonl")
    assert articles == []
    assert len(errors) == 20


def test_broken_lines_cost_themselves() -> None:
    bad = [
        "{",
        "[1]",
        row(text=5),
        row(text=None),
        row(title="x"),
        '{"text": "' + "\\ud800" * 3 + '"}',
        "[" * 100_000,
        row(text=" "),
    ]
    put("a.jsonl", "\n".join([row(text=BODY), *bad, "", row(text=BODY + "二")]))
    articles, errors = read("a.jsonl")
    assert [article.first_line for article in articles] == [1, 11]
    assert [error.line for error in errors] == list(range(2, 10))
    assert all(error.where == "a.jsonl" and error.remedy for error in errors)


def test_surrogates_and_zeros_inside_json() -> None:
    put(
        "a.jsonl",
        '{"title": "甲\\ud800乙", "text": "' + BODY[:5] + "\\u0000\\udfff" + BODY[5:] + '", "id": "x\\ud800"}\n',
    )
    (article,), errors = read("a.jsonl")
    assert (article.id, article.title, article.text, errors) == ("x", "甲乙", BODY, [])


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".json"])
def test_a_huge_item_is_refused_without_being_held(suffix: str) -> None:
    path = Path(f"a{suffix}")
    with path.open("wb") as out:
        small = row(text=BODY).encode() if suffix != ".csv" else BODY.encode()
        out.write(
            {
                ".jsonl": small + b'\n{"text": "',
                ".csv": b"text\n" + small + b"\n",
                ".json": b"[" + small + b',{"text": "',
            }[suffix]
        )
        for _ in range(50):
            out.write("稻田".encode() * 180_000)
        out.write({".jsonl": b'"}\n' + small, ".csv": b"\n" + small, ".json": b'"}]'}[suffix])
    tracemalloc.start()
    articles, errors = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(articles) == (1 if suffix == ".json" else 2)
    assert "larger than 20 MB" in only(errors).what
    assert peak < 150_000_000


def test_a_long_file_is_streamed() -> None:
    with Path("a.jsonl").open("w", encoding="utf-8") as out:
        for number in range(3_000):
            out.write(row(id=number, text=BODY * 20) + "\n")
    tracemalloc.start()
    count = sum(1 for _ in read_sources(["a.jsonl"], on_error=print))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3_000
    assert peak < 12_000_000  # of 8 MB, a megabyte at a time


def test_ascii_first_and_chinese_later() -> None:
    lines = [row(id=str(number), text="only plain words here.") for number in range(3_000)] + [row(text=BODY)]
    put("a.jsonl", "\n".join(lines).encode("gb18030"))
    articles, errors = read("a.jsonl")
    assert (articles[-1].text, errors) == (BODY, [])


@pytest.mark.parametrize(
    "content",
    [
        row(title="一二三四", text=BODY), f'{{"articles": [{row(title="一二三四", text=BODY)}]}}',
        f'{{"source": "x", "articles": [{row(title="一二三四", text=BODY)}]}}',
        row(title="一二三四", text=BODY) + "\n" + row(text=1),
    ],
)  # fmt: skip
def test_forms_of_json(content: str) -> None:
    put("a.json", content)
    articles, _ = read("a.json")
    assert [(article.title, article.text) for article in articles] == [("一二三四", BODY)]


def test_json_that_breaks_keeps_what_came_before() -> None:
    put("a.json", f"[\n{row(text=BODY)},\n{{broken\n]")
    articles, errors = read("a.json")
    assert len(articles) == 1
    assert (only(errors).line, only(errors).where) == (3, "a.json")


def test_cells_of_several_lines() -> None:
    put("a.csv", f'id,text\n1,"{BODY}\n{BODY}"\n2,"{BODY}"\n')
    (first, second), errors = read("a.csv")
    assert (first.text, first.first_line, first.last_line) == (f"{BODY}\n{BODY}", 2, 3)
    assert (second.first_line, errors) == (4, [])


def test_a_quotation_mark_that_is_never_closed_costs_its_line() -> None:
    put("a.csv", f'id,text\n1,{BODY}\n2,"{BODY}\n3,{BODY}\n4,{BODY}\n')
    articles, errors = read("a.csv")
    assert [article.id for article in articles] == ["1", "3", "4"]
    assert only(errors).line == 3


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters(mark: str) -> None:
    put("a.csv", f"id{mark}text{mark}title\r\n1{mark}{BODY}{mark}甲乙\r\n")
    assert read("a.csv")[0][0].title == "甲乙"


@pytest.mark.parametrize("format_", FORMATS, ids=lambda each: each.name)
def test_every_format_has_its_reader(format_: Any) -> None:
    assert callable(format_.reader)
    assert all(suffix.startswith(".") for suffix in format_.suffixes)
