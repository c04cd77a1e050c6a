"""Data, models and the package's own files are found, or the error says where they were looked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg import resources
from kg.errors import DataError
from kg.resources import data_path, model_path, package_path

FINDERS = (package_path, data_path, model_path)


def test_what_travels_with_the_package_is_found() -> None:
    assert package_path("schema.yaml").is_file()
    assert package_path("relations/rules").is_dir()
    assert data_path("lexicons").is_dir()
    assert data_path("gazetteer/divisions.bin").is_file()
    assert model_path("lac").is_dir()


@pytest.mark.parametrize("find", FINDERS, ids=lambda find: find.__name__)
def test_what_is_missing_is_named(find: Callable[[str], Path]) -> None:
    with pytest.raises(DataError, match=r"nothing-of-the-kind is missing — reinstall the package") as caught:
        find("nothing-of-the-kind")
    assert caught.value.where is not None
    assert caught.value.where.endswith("nothing-of-the-kind")


def test_the_wheel_comes_before_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled, checkout = tmp_path / "bundled", tmp_path / "checkout"
    for root in (bundled, checkout):
        (root / "data").mkdir(parents=True)
        (root / "models").mkdir()
    monkeypatch.setattr(resources, "_ROOTS", (bundled, checkout))
    (checkout / "data" / "a.yaml").touch()
    assert data_path("a.yaml") == checkout / "data" / "a.yaml"
    (bundled / "data" / "a.yaml").touch()
    assert data_path("a.yaml") == bundled / "data" / "a.yaml"
    (checkout / "models" / "lac").mkdir()
    assert model_path("lac") == checkout / "models" / "lac"


def test_paths_do_not_depend_on_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [package_path("schema.yaml"), data_path("lexicons"), model_path("lac")]
    monkeypatch.chdir(tmp_path)
    assert [package_path("schema.yaml"), data_path("lexicons"), model_path("lac")] == before
    assert all(path.is_absolute() for path in before)
