"""Knowledge files load as written, and what is wrong in one is named by file, line and key."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.datafile import Block, read_tsv, read_yaml
from kg.errors import DataError

COLUMNS = ("name", "code", "chain")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "knowledge.yaml"


def block(path: Path, text: str) -> Block:
    path.write_text(text, "utf-8")
    root = read_yaml(path)
    assert isinstance(root, Block)
    return root


def failure(path: Path, text: str | bytes) -> DataError:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError) as caught:
        read_yaml(path)
    assert caught.value.where == str(path)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("甲村", "甲村"), ('"12"', "12"), ("12", 12), ("1_000", 1000), ("0x1f", 31), ("2.5", 2.5), ("true", True),
        ("No", False), ("~", None), ("", None), ("2024-05-06", "2024-05-06"), ("12:30", "12:30"), ("010", "010"),
        ("[甲, [乙]]", ["甲", ["乙"]]), ("{b: {c: 甲}}", {"b": {"c": "甲"}}),
    ],
)  # fmt: skip
def test_values_are_read_as_a_reader_means_them(path: Path, text: str, value: object) -> None:
    assert block(path, f"a: {text}\n") == {"a": value}


def test_keys_are_texts(path: Path) -> None:
    """No country and no answer turns into a boolean: `no:` stays no."""
    assert block(path, "no: 1\n12: 2\n") == {"no": 1, "12": 2}


def test_a_block_knows_the_line_of_each_key(path: Path) -> None:
    root = block(path, "# why\na: 1\n\nb:\n  c: 2\n  d: [3]\n")
    assert root.lines == {"a": 2, "b": 4}
    assert (root["b"].line, root["b"].lines) == (5, {"c": 5, "d": 6})
    assert root["b"].error("odd", key="d", remedy="mend it").line == 6
    assert root["b"].error("odd", key="absent").line == 5
    assert root["b"].error("odd").line == 5


def test_an_unknown_key_is_named_with_its_line_and_the_known_ones(path: Path) -> None:
    root = block(path, "zh: 甲\nlabel: 乙\n")
    with pytest.raises(DataError, match="unknown key “label” — use one of: en, zh") as caught:
        root.check(required=frozenset({"zh"}), optional=frozenset({"en"}))
    assert (caught.value.where, caught.value.line) == (str(path), 2)


def test_a_missing_key_is_named_with_the_line_of_its_block(path: Path) -> None:
    root = block(path, "a:\n  zh: 甲\n")
    with pytest.raises(DataError, match="the key “en” is missing") as caught:
        root["a"].check(required=frozenset({"zh", "en"}))
    assert caught.value.line == 2


def test_optional_keys_may_be_absent(path: Path) -> None:
    block(path, "zh: 甲\n").check(required=frozenset({"zh"}), optional=frozenset({"en"}))


def test_text_takes_texts_only(path: Path) -> None:
    root = block(path, "a: 甲\nb: 3\nc: ~\n")
    assert root.text("a") == "甲"
    assert root.text("d", "default") == "default"
    for key, line in (("b", 2), ("c", 3), ("d", 1)):
        with pytest.raises(DataError, match=f"“{key}” must be a text") as caught:
            root.text(key)
        assert caught.value.line == line


def test_texts_takes_a_list_or_one_text(path: Path) -> None:
    root = block(path, "a: [甲, 乙]\nb: 甲\nc: [甲, 3]\nd: {e: f}\n")
    assert root.texts("a") == ("甲", "乙")
    assert root.texts("b") == ("甲",)
    assert root.texts("absent") == ()
    for key, line in (("c", 3), ("d", 4)):
        with pytest.raises(DataError, match=f"“{key}” must be a list of texts") as caught:
            root.texts(key)
        assert caught.value.line == line


def test_blocks_takes_named_blocks_only(path: Path) -> None:
    root = block(path, "a:\n  x: {y: 1}\nb: [1]\nc:\n  x: {y: 1}\n  z: 3\n")
    assert [(name, dict(found)) for name, found in root.blocks("a")] == [("x", {"y": 1})]
    with pytest.raises(DataError, match="“b” must hold named blocks") as caught:
        list(root.blocks("b"))
    assert caught.value.line == 3
    with pytest.raises(DataError, match="“z” must be a block of keys") as caught:
        list(root.blocks("c"))
    assert caught.value.line == 6


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key “a” is there twice"),
        ("x:\n  a: 1\n  a: 1\n", 3, "the key “a” is there twice"),
        ("{1: a, '1': b}\n", 1, "the key “1” is there twice"),
        ("a: &x [1]\nb: *x\n", 1, "aliases"),
        ("a: &x {b: *x}\n", 1, "aliases"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", 1, "aliases"),
        ("a: !!python/name:os.system ''\n", 1, "tag"),
        ("a: 1\nb: !!binary aGk=\n", 2, "tag"),
        ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
        ("a:\n\tb: 1\n", 2, "not valid YAML"),
        ("a: 1\n---\nb: 2\n", 2, "not valid YAML"),
        ("a: 1\nb: *nowhere\n", 2, "not valid YAML"),
        ("a: \0\n", None, "not valid YAML"),
        ("", None, "the file is empty"),
        ("# only a comment\n", None, "the file is empty"),
        (b"a: \xff\n", None, "is not UTF-8 at byte 3"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(path: Path, text: str | bytes, line: int | None, says: str) -> None:
    error = failure(path, text)
    assert says in error.what
    assert error.line == line


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: !!python/object/apply:os.mkdir [x]\n", id="sequence"),
        pytest.param("a: !!python/object:kg.datafile.Block {path: x}\n", id="mapping"),
        pytest.param("a: !other {b: 1}\n", id="own mapping"),
        pytest.param("a: !other:str x\n", id="own scalar"),
    ],
)
def test_a_tag_is_refused_wherever_it_stands(path: Path, text: str) -> None:
    assert "tag" in failure(path, text).what


def test_a_tag_runs_nothing(path: Path, tmp_path: Path) -> None:
    """Whatever comes of a hostile tag, the call in it is not made."""
    trap = tmp_path / "trap"
    path.write_text(f'a: !!python/object/apply:os.mkdir ["{trap}"]\n', "utf-8")
    with contextlib.suppress(DataError):
        read_yaml(path)
    assert not trap.exists()


def test_an_alias_of_a_text_is_refused_too(path: Path) -> None:
    assert "aliases" in failure(path, "a: &x 甲\nb: *x\n").what


def test_a_bomb_of_aliases_costs_nothing(path: Path) -> None:
    """Ten floors of ten aliases each: 10¹⁰ texts, were they followed."""
    floors = ["a0: &a0 [甲, 甲, 甲, 甲, 甲, 甲, 甲, 甲, 甲, 甲]"]
    floors += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11)]
    assert "aliases" in failure(path, "\n".join(floors)).what


def test_nesting_beyond_reason_is_refused(path: Path) -> None:
    failure(path, "[" * 3000 + "]" * 3000)


def test_reasonable_nesting_is_read(path: Path) -> None:
    assert block(path, "a: " + "[" * 50 + "]" * 50)["a"]


def test_a_key_is_one_word(path: Path) -> None:
    failure(path, "? [a, b]\n: c\n")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for reader in (read_yaml, lambda path: list(read_tsv(path, COLUMNS))):
        with pytest.raises(DataError, match=r"cannot be read .* — check the path") as caught:
            reader(tmp_path / "absent")
        assert caught.value.where == str(tmp_path / "absent")


plain = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=6)
scalars = plain | st.integers(-(10**6), 10**6) | st.booleans() | st.none()
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3), max_leaves=8
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(plain, trees, min_size=1, max_size=4))
def test_what_yaml_writes_is_read_back(path: Path, tree: dict[str, object]) -> None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    assert block(path, yaml.dump(tree, Dumper=Plain, allow_unicode=True)) == tree


def rows(path: Path, text: bytes) -> list[tuple[int, tuple[str, ...]]]:
    path.write_bytes(text)
    return list(read_tsv(path, COLUMNS))


def test_rows_come_with_their_line_and_all_columns(path: Path) -> None:
    text = "# name\tcode\n甲村\t01\t乙镇\r\n\n  \n丙村\n\t02\n".encode()
    assert rows(path, text) == [(2, ("甲村", "01", "乙镇")), (5, ("丙村", "", "")), (6, ("", "02", ""))]


def test_a_row_with_too_many_cells_is_named(path: Path) -> None:
    with pytest.raises(DataError, match="4 cells, at most 3 — columns: name, code, chain") as caught:
        rows(path, "甲\t1\t乙\n甲\t1\t乙\t丙\n".encode())
    assert (caught.value.where, caught.value.line) == (str(path), 2)


def test_a_table_that_is_not_utf8_is_named(path: Path) -> None:
    with pytest.raises(DataError, match="is not UTF-8 at byte 2"):
        rows(path, b"a\t\xff\n")


def test_a_byte_order_mark_is_no_part_of_a_name(path: Path) -> None:
    assert rows(path, "\ufeff甲村\t01\n".encode()) == [(1, ("甲村", "01", ""))]
