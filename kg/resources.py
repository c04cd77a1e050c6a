"""Where the models, the data and the rules lie: in the wheel, or in the source tree beside the package."""

from __future__ import annotations

from pathlib import Path

from kg.errors import DataError

__all__ = ["data_path", "model_path", "package_path"]

_PACKAGE = Path(__file__).resolve().parent
# The wheel carries `models/` and `data/` inside the package; a checkout keeps them at its top level.
_ROOTS = (_PACKAGE / "_bundled", _PACKAGE.parent)


def package_path(name: str) -> Path:
    """The path of a file of the package itself, such as ``schema.yaml`` or ``relations/rules``."""
    return _existing((_PACKAGE / name,), name)


def data_path(name: str) -> Path:
    """The path of ``data/NAME``. Raises DataError when it is in neither place."""
    return _existing(tuple(root / "data" / name for root in _ROOTS), f"data/{name}")


def model_path(name: str) -> Path:
    """The path of ``models/NAME``. Raises DataError when it is in neither place."""
    return _existing(tuple(root / "models" / name for root in _ROOTS), f"models/{name}")


def _existing(candidates: tuple[Path, ...], name: str) -> Path:
    for path in candidates:
        if path.exists():
            return path
    raise DataError(
        f"{name} is missing",
        where=candidates[-1],
        remedy="reinstall the package; in a checkout, see the README.md beside it for how to make it",
    )
