"""The lexicons load, look up the longest word, and hold each word once; a wrong file is named."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.datafile import read_yaml
from kg.errors import DataError
from kg.knowledge.lexicon import Lexicon, SuffixTrie, Trie, default_lexicon
from kg.resources import data_path
from kg.schema import default_schema

FOLDER = data_path("lexicons")
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
LEXICON = default_lexicon()
LETTERS = "村委会社区"

words = st.sets(st.text(LETTERS, min_size=1, max_size=4), max_size=6)
texts = st.text(LETTERS, max_size=8)


@given(words, texts, st.integers(0, 8))
def test_a_trie_finds_the_longest_word_that_begins_there(found: set[str], text: str, start: int) -> None:
    ends = [end for end in range(start + 1, len(text) + 1) if text[start:end] in found]
    assert Trie(found).longest(text, start) == max(ends, default=-1)


@given(words, texts, st.integers(0, 8), st.integers(0, 8))
def test_a_suffix_trie_finds_the_longest_word_that_ends_there(found: set[str], text: str, end: int, floor: int) -> None:
    end = min(end, len(text))
    starts = [start for start in range(floor, end) if text[start:end] in found]
    assert SuffixTrie(found).longest(text, end, floor) == min(starts, default=-1)


def test_a_word_does_not_end_behind_the_text() -> None:
    assert Trie(["村", "村民"]).longest("村", 0) == 1
    assert Trie(["村", "村委", "村委会"]).longest("各村", 1) == 2


def test_tries_hold_their_words() -> None:
    assert Trie(["书记", "书记"]).words == SuffixTrie(["书记"]).words == {"书记"}
    assert Trie([]).longest("书记", 0) == SuffixTrie([]).longest("书记", 2) == -1


def test_the_lexicon_is_read_once() -> None:
    assert default_lexicon() is LEXICON


@pytest.mark.parametrize(
    ("text", "role"),
    [("社区党总支书记", "书记"), ("村委会主任", "主任"), ("卫生院院长", "院长"), ("合作社理事长", "理事长")],
)
def test_a_rank_ends_a_role(text: str, role: str) -> None:
    start = LEXICON.titles.ranks.longest(text, len(text))
    assert start >= 0
    assert text[start:].endswith(role)


def test_the_organs_that_stay_in_a_title_are_those_of_the_standard() -> None:
    standard = {"党委", "党支部", "党总支", "村委会", "居委会", "人大", "政协", "政府", "纪委"}
    assert standard <= LEXICON.titles.organs.words


def test_former_posts_and_plain_ranks() -> None:
    assert {"原", "曾任", "退休"} <= LEXICON.titles.former
    assert {"负责人", "志愿者"} <= LEXICON.titles.plain


@pytest.mark.parametrize(
    ("word", "type_name", "group"),
    [
        ("有限公司", "Organization", "firm"), ("小学", "Organization", "school"), ("卫生院", "Organization", "hospital"),
        ("街道", "Place", "administrative"), ("博物馆", "Place", "venue"), ("水库", "Place", "nature"),
        ("驾驶舱", "Program", "bare"), ("主题活动", "Program", "quoted"), ("条例", "Work", "quoted"),
    ],
)  # fmt: skip
def test_a_kind_word_says_type_and_group(word: str, type_name: str, group: str) -> None:
    assert LEXICON.group(word, type_name) == group


def test_a_word_that_is_no_kind_word_has_no_group() -> None:
    assert LEXICON.group("跑步", "Place") is None
    assert LEXICON.group("小学", "Work") is None


def test_the_longest_kind_word_wins() -> None:
    name = "云溪县第三人民医院"
    start = LEXICON.kind_ends.longest(name, len(name))
    assert name[start:] == "人民医院"


def test_every_kind_word_is_in_the_group_that_its_file_says() -> None:
    groups = {
        (word, key.capitalize(), group)
        for key, block in read_yaml(FOLDER / "kinds.yaml").items()
        for group in block
        for word in block.texts(group)
    }
    kinds = {(kind.word, kind.type, kind.group) for found in LEXICON.kinds.values() for kind in found}
    assert kinds == groups
    assert {type_name for _, type_name, _ in kinds} <= set(default_schema().types)
    assert all(LEXICON.group(word, type_name) is not None for word, type_name, _ in kinds)
    assert LEXICON.kind_ends.words == set(LEXICON.kinds)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("organization", marks=pytest.mark.xfail(reason="工作室 is office and association", strict=True)),
        pytest.param("place", marks=pytest.mark.xfail(reason="新区 is settlement and zone", strict=True)),
        "work",
    ],
)
def test_a_kind_word_of_a_type_has_one_group(key: str) -> None:
    """`Lexicon.group` answers one. Programs are exempt: a word may end a quoted name and a bare one."""
    groups: dict[str, set[str]] = {}
    block = read_yaml(FOLDER / "kinds.yaml")[key]
    for group in block:
        for word in block.texts(group):
            groups.setdefault(word, set()).add(group)
    assert not {word: found for word, found in groups.items() if len(found) > 1}


def test_pointers_and_generic_nouns_have_types_of_the_schema() -> None:
    types = set(default_schema().types) - {"Article"}
    for table in (LEXICON.pointers, LEXICON.short, LEXICON.generic):
        assert set(table.values()) <= types
    assert LEXICON.pointers["该镇"] == "Place"
    assert LEXICON.generic["企业"] == "Organization"
    assert not set(LEXICON.pointers) & set(LEXICON.generic)


def test_common_surnames_are_there() -> None:
    assert set("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐") <= LEXICON.surnames
    assert {"欧阳", "诸葛", "司马"} <= LEXICON.compound_surnames
    assert all(len(surname) == 1 for surname in LEXICON.surnames | LEXICON.weak_surnames)
    assert all(len(surname) > 1 for surname in LEXICON.compound_surnames)


def test_a_surname_that_proves_little_is_still_a_surname() -> None:
    assert set("于洪文向") <= LEXICON.surnames


def lists(value: Any, key: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Every list of a file with the path of its key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from lists(inner, f"{key}.{name}")
    elif isinstance(value, list):
        yield key, value
        for inner in value:
            if isinstance(inner, dict | list):
                yield from lists(inner, key)


@pytest.mark.parametrize("name", FILES)
def test_no_list_holds_a_word_twice(name: str) -> None:
    doubles = {}
    for key, found in lists(read_yaml(FOLDER / name)):
        counted = Counter(word for word in found if isinstance(word, str))
        if double := [word for word, count in counted.items() if count > 1]:
            doubles[key] = double
    assert not doubles


@pytest.mark.parametrize("name", FILES)
def test_no_word_is_empty_or_padded(name: str) -> None:
    for key, found in lists(read_yaml(FOLDER / name)):
        plain = [word for word in found if not isinstance(word, dict | list)]
        assert all(isinstance(word, str) and word and not any(c.isspace() for c in word) for word in plain), key


def test_no_surname_is_there_twice() -> None:
    section, seen = "", set()
    for line in (FOLDER / "surnames.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif line.strip() and not line.startswith("#"):
            for surname in line.split() if section == "[compound]" else line.strip():
                assert (section, surname) not in seen, f"{surname} in {section}"
                seen.add((section, surname))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "lexicons"
    shutil.copytree(FOLDER, copy)
    return copy


KINDS = "organization: {office: [局]}\nplace: {}\nprogram: {}\nwork: {}\n"


def wrong(name: str, change: Callable[[str], str | bytes], line: int | None, says: str, *, bug: str = "") -> object:
    marks = [pytest.mark.xfail(reason=bug, strict=True)] if bug else []
    return pytest.param(name, change, line, says, marks=marks, id=f"{name}: {bug or says}")


@pytest.mark.parametrize(
    ("name", "change", "line", "says"),
    [
        wrong("surnames.txt", lambda _: "王\n[rare]\n亓\n", 2, "unknown section [rare]"),
        wrong("titles.yaml", lambda text: "odd: [x]\n" + text, 1, "unknown key “odd”"),
        wrong("titles.yaml", lambda _: "ranks: [书记]\n", 1, "is missing"),
        wrong("titles.yaml", lambda text: text.replace("former: [", "former: [1, "), None, "“former” must be a list"),
        wrong("titles.yaml", lambda _: "- 书记\n", None, "a lexicon is a mapping"),
        wrong("kinds.yaml", lambda _: KINDS + "odd: {}\n", 5, "unknown key “odd”"),
        wrong("kinds.yaml", lambda _: KINDS.replace("work: {}", ""), 1, "the key “work” is missing"),
        wrong("kinds.yaml", lambda _: KINDS.replace("局", "3"), 1, "“office” must be a list of texts"),
        wrong("words.yaml", lambda _: "speech: [说\n", 2, "not valid YAML"),
        wrong("surnames.txt", lambda _: b"\xff", None, "UTF-8"),
        wrong("kinds.yaml", lambda _: KINDS.replace("{office: [局]}", "[局]"), 1, "organization"),
        wrong("kinds.yaml", lambda _: KINDS.replace("局", '""'), 1, "office", bug="an empty word ends in IndexError"),
        wrong("words.yaml", lambda _: "speech: [说]\n", 1, "is missing"),
        wrong("words.yaml", lambda text: text + "\nodd: [x]\n", None, "unknown key"),
        wrong("words.yaml", lambda text: text.replace("speech:", "speach:"), None, "speach"),
        wrong("words.yaml", lambda text: text.replace("  Person:", "  Alien:"), None, "Alien"),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_key(
    folder: Path, name: str, change: Callable[[str], str | bytes], line: int | None, says: str
) -> None:
    path = folder / name
    changed = change(path.read_text("utf-8"))
    path.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    with pytest.raises(DataError) as caught:
        Lexicon.load(folder)
    assert says in caught.value.what
    assert caught.value.where == str(path)
    assert caught.value.remedy
    if line is not None:
        assert caught.value.line == line


@pytest.mark.parametrize("name", ["surnames.txt", "titles.yaml", "kinds.yaml", "words.yaml"])
def test_a_lexicon_that_is_not_there(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DataError, match="cannot be read") as caught:
        Lexicon.load(folder)
    assert caught.value.where == str(folder / name)
