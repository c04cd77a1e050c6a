"""An error says what happened, where, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg.errors
from kg.errors import DataError, InputError, KgError, StoreError


@pytest.mark.parametrize(
    ("where", "line", "remedy", "place", "text"),
    [
        (None, None, None, "", "it broke"),
        ("a.yaml", None, None, "a.yaml", "a.yaml: it broke"),
        ("a.yaml", 7, None, "a.yaml:7", "a.yaml:7: it broke"),
        (Path("数据") / "a.tsv", 7, "mend it", "数据/a.tsv:7", "数据/a.tsv:7: it broke — mend it"),
        (None, 7, "mend it", "line 7", "line 7: it broke — mend it"),
        (None, None, "mend it", "", "it broke — mend it"),
    ],
)
def test_an_error_reads_as_one_line(
    where: str | Path | None, line: int | None, remedy: str | None, place: str, text: str
) -> None:
    error = KgError("it broke", where=where, line=line, remedy=remedy)
    assert (error.place, str(error)) == (place, text)
    assert (error.what, error.line, error.remedy) == ("it broke", line, remedy)
    assert error.where is None or isinstance(error.where, str)


def test_line_zero_is_a_line() -> None:
    assert KgError("it broke", where="a.yaml", line=0).place == "a.yaml:0"


@pytest.mark.parametrize("kind", [InputError, DataError, StoreError])
def test_one_clause_catches_every_error_of_kg(kind: type[KgError]) -> None:
    with pytest.raises(KgError, match="it broke"):
        raise kind("it broke")


def test_skipping_an_input_does_not_swallow_what_stops_the_run() -> None:
    assert not issubclass(DataError, InputError)
    assert not issubclass(StoreError, InputError)


def test_the_docstring_draws_every_class_of_the_tree() -> None:
    classes = {
        name for name, value in vars(kg.errors).items() if isinstance(value, type) and issubclass(value, KgError)
    }
    assert classes == set(kg.errors.__all__)
    for name in classes:
        assert f" {name} " in (kg.errors.__doc__ or ""), name
