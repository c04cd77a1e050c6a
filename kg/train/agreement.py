"""How far two annotators agree who read the same articles independently: F1 of nodes and of edges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import DataError
from kg.train.corpus import files_of, read_article
from kg.train.evaluation import score

__all__ = ["agreement"]


def agreement(first: Path, second: Path) -> Iterator[str]:
    """The lines of a table: each type and predicate, then all nodes and all edges, over the articles of two folders.

    An item counts as agreed when the other annotator has it, as asked for or as optional; of the items that one of them marks
    optional nobody asks whether the other has them. F1 is the harmonic mean of both directions.
    Raises DataError when the folders hold other articles, or an article reads differently in the two.
    """
    ours, theirs = ({path.stem: read_article(path) for path in files_of([folder])} for folder in (first, second))
    if ours.keys() != theirs.keys():
        alone = sorted(ours.keys() ^ theirs.keys())
        raise DataError(f"only one of the folders has {', '.join(alone[:3])}", where=second, remedy="the same articles in both")
    other = next((key for key in ours if ours[key].text != theirs[key].text), None)
    if other is not None:
        raise DataError(f"the text of {other} is not the same in both", where=second, remedy="annotate it without a change")
    pairs = [(ours[key].to_gold(), theirs[key].to_gold()) for key in sorted(ours)]
    there, back = score(pairs), score([(b, a) for a, b in pairs])
    yield f"articles {len(pairs)}"
    for part in ("node", "edge"):
        names = {kind for total in (there, back) for p, kind, _ in total.counts if p == part}
        for name in [*sorted(names), None]:
            one, two = there.figures(part, name)[1], back.figures(part, name)[1]
            asked = sum(
                n for (p, kind, what), n in there.counts.items() if p == part and what != "fp" and name in (None, kind)
            )
            yield f"{part} {name or 'ALL':<16} F1 {2 * one * two / max(1e-9, one + two):.3f}   ({asked} asked by the first)"
