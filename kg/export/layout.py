"""Where the nodes of a network go: a force-directed layout in numpy, the same on every run.

Each connected part is laid out by itself (ForceAtlas2's forces: repulsion by degree, linear attraction, a little
gravity; small parts many at a time), then the parts are packed around the largest one, so that no part flies away.
Parts of more than 150 nodes take their repulsion from a grid, by a fast Fourier transform: n log n instead of n².
Positions are rounded after each step: differences in the last bit between machines cannot grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["layout"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EXACT = 150  # nodes of a part up to which every pair repels exactly
_STEPS = 160
_SOFT = 0.25  # the grid's repulsion levels off within half a cell
_ROUND = 1e6
_GOLDEN = np.pi * (3 - 5**0.5)


def layout(count: int, edges: Sequence[tuple[int, int]], radius: Floats) -> Floats:
    """Positions of `count` nodes: an array (count, 2), centred on 0, in the unit of `radius`.

    `edges` are pairs of indices (direction, repetitions and loops make no difference), `radius` the size of each node
    (count,): no two discs overlap by more than a little. The result depends on the order of the nodes.
    """
    if count == 0:
        return np.zeros((0, 2))
    pairs = _simple(edges)
    part = _parts(count, pairs)
    order = np.argsort(part, kind="stable")
    starts = np.searchsorted(part[order], np.arange(part.max() + 2))
    members = [order[starts[i] : starts[i + 1]] for i in range(part.max() + 1)]
    positions = np.zeros((count, 2))
    for group in _groups(members):
        _place_group([members[i] for i in group], pairs, positions, radius)
    return _pack(members, pairs, positions, radius)


def _simple(edges: Sequence[tuple[int, int]]) -> Ints:
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    return np.unique(pairs, axis=0)


def _parts(count: int, pairs: Ints) -> Ints:
    """The number of the connected part of each node: 0, 1, … in the order of their first nodes."""
    lowest = np.arange(count)
    while True:
        # Each node takes the lowest number around it, then the number that one has: halves every chain.
        new = lowest.copy()
        np.minimum.at(new, pairs[:, 0], lowest[pairs[:, 1]])
        np.minimum.at(new, pairs[:, 1], lowest[pairs[:, 0]])
        new = new[new]
        if np.array_equal(new, lowest):
            return np.unique(lowest, return_inverse=True)[1].astype(np.int64)
        lowest = new


def _groups(members: list[Ints]) -> list[list[int]]:
    """Parts of about the same size, to be laid out at once; a bound on n² of each group bounds the memory.

    A part that is too large for exact forces is a group of its own.
    """
    groups: list[list[int]] = []
    room = 0
    size = 0
    for index in sorted(range(len(members)), key=lambda i: (-len(members[i]), i)):
        n = len(members[index])
        if not groups or room < size * size or n * 2 <= size or size > _EXACT:
            groups.append([])
            size, room = n, 400_000
        groups[-1].append(index)
        room -= size * size
    return groups


def _place_group(parts: list[Ints], pairs: Ints, positions: Floats, radius: Floats) -> None:
    """Lays out some parts, each in its own row of an array (parts, slots, 2)."""
    slots = max(len(nodes) for nodes in parts)
    place = np.full(len(positions), -1, dtype=np.int64)
    used = np.zeros((len(parts), slots), dtype=bool)
    for row, nodes in enumerate(parts):
        place[nodes] = row * slots + np.arange(len(nodes))
        used[row, : len(nodes)] = True
    inside = pairs[place[pairs[:, 0]] >= 0]
    ends = place[inside]
    edges_of = np.bincount(ends.ravel(), minlength=used.size).reshape(used.shape)
    mass: Floats = np.where(used, 1.0 + edges_of, 0.0)
    found = _settle(mass, ends, used)
    sizes = np.zeros(used.shape)
    nodes = np.concatenate(parts)
    sizes.ravel()[place[nodes]] = radius[nodes]
    flat = found.reshape(-1, 2)
    for row, members in enumerate(parts):
        local = flat[row * slots : row * slots + len(members)]
        positions[members] = _spread(local, radius[members])


def _settle(mass: Floats, ends: Ints, used: NDArray[np.bool_]) -> Floats:
    """Runs the forces until the parts are at rest: positions (parts, slots, 2), about one unit between neighbours."""
    rows, slots = used.shape
    # A sunflower: even, and the same for everyone; those with most edges sit in the middle.
    rank = np.argsort(np.argsort(-mass, axis=1, kind="stable"), axis=1, kind="stable")
    pos = np.stack((np.cos(rank * _GOLDEN), np.sin(rank * _GOLDEN)), axis=2) * np.sqrt(rank + 0.5)[..., None]
    if slots == 1:
        return np.zeros((rows, 1, 2))
    steps = _STEPS if slots > 8 else 60
    # Long chains and rings need the more steps the longer they are; large parts get what time allows.
    for step in range(steps):
        late = step > steps // 2
        exact = slots <= _EXACT
        force = _repulsion(pos, mass, used) if exact else _grid_repulsion(pos[0], mass[0], near=late)[None]
        flat = pos.reshape(-1, 2)
        pull = flat[ends[:, 1]] - flat[ends[:, 0]]
        for axis in (0, 1):
            moved = np.bincount(ends[:, 0], pull[:, axis], flat.shape[0])
            moved -= np.bincount(ends[:, 1], pull[:, axis], flat.shape[0])
            force[..., axis] += moved.reshape(rows, slots)
        force -= 0.05 * mass[..., None] * pos
        # Heavy nodes move less; the allowed step shrinks, so that everything comes to rest.
        length = np.hypot(force[..., 0], force[..., 1])
        limit = 0.1 * np.sqrt(slots) * (1 - step / steps) + 0.02
        speed = np.minimum(1.0 / (mass + 1.0), limit / np.maximum(length, 1e-9))
        pos = np.round((pos + force * speed[..., None]) * _ROUND) / _ROUND
    return np.where(used[..., None], pos, 0.0)


def _repulsion(pos: Floats, mass: Floats, used: NDArray[np.bool_]) -> Floats:
    """Every pair of a part pushes apart: mass · mass / distance."""
    dx = pos[:, :, None, 0] - pos[:, None, :, 0]
    dy = pos[:, :, None, 1] - pos[:, None, :, 1]
    weight = (mass[:, :, None] * mass[:, None, :]) / (dx * dx + dy * dy + 0.01)
    return np.stack(((dx * weight).sum(axis=2), (dy * weight).sum(axis=2)), axis=2)


def _grid_repulsion(pos: Floats, mass: Floats, *, near: bool) -> Floats:
    """The same for many nodes: the masses spread on a grid, folded with the force of one of them, read off again.

    Within a cell the grid sees no difference; `near` adds what it misses between neighbours.
    """
    side = 64 if len(pos) <= 2000 else 128
    low, high = pos.min(axis=0), pos.max(axis=0)
    cell = max(float((high - low).max()), 1e-6) / (side - 2)
    at = (pos - low) / cell
    corner = np.floor(at).astype(np.int64)
    part = at - corner
    shares = [
        ((corner[:, 0] + dx) * side + corner[:, 1] + dy,
         (part[:, 0] if dx else 1 - part[:, 0]) * (part[:, 1] if dy else 1 - part[:, 1]))
        for dx in (0, 1) for dy in (0, 1)
    ]  # fmt: skip
    density = sum(np.bincount(index, share * mass, side * side) for index, share in shares)
    spectrum = np.fft.rfft2(np.asarray(density).reshape(side, side), (2 * side, 2 * side))
    force = np.empty_like(pos)
    for axis, kernel in enumerate(_kernels(side)):
        field = np.fft.irfft2(spectrum * kernel, (2 * side, 2 * side))[:side, :side].ravel() / cell
        force[:, axis] = sum(field[index] * share for index, share in shares)
    if near:
        _add_near(force, pos, mass, cell)
    return force * mass[:, None]


@lru_cache(maxsize=2)
def _kernels(side: int) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """The force of one mass on a grid (twice as large, so that nothing comes round the edge), along each axis."""
    steps = np.fft.fftfreq(2 * side, 1 / (2 * side))
    square = steps[:, None] ** 2 + steps[None, :] ** 2 + _SOFT
    return np.fft.rfft2(steps[:, None] / square), np.fft.rfft2(steps[None, :] / square)


def _add_near(force: Floats, pos: Floats, mass: Floats, cell: float) -> None:
    a, b = _near(pos, cell)
    if len(a) > 40 * len(pos):  # too crowded to be worth it: take every so many of the pairs
        stride = len(a) // (40 * len(pos)) + 1
        a, b = a[::stride], b[::stride]
    gap = pos[a] - pos[b]
    square = (gap**2).sum(axis=1) + 0.01
    push = 1 / square - 1 / (square + _SOFT * cell**2)
    for axis in (0, 1):
        along = gap[:, axis] * push
        force[:, axis] += np.bincount(a, along * mass[b], len(pos)) - np.bincount(
            b, along * mass[a], len(pos)
        )


def _spread(pos: Floats, radius: Floats) -> Floats:
    """Scales a part so that its discs have room, then pushes apart those that still overlap."""
    n = len(pos)
    if n == 1:
        return np.zeros((1, 2))
    pos = pos - pos.mean(axis=0)
    # The radius that an even disc of this spread would have: a few that stick out do not count for much.
    spread = max(float(np.sqrt(2 * (pos**2).sum(axis=1).mean())), 1e-6)
    # The nodes take about a fifteenth of the area: the rest is for their names and the lines between them.
    pos = pos * ((np.sqrt(15.0 * float((radius**2).sum())) + float(radius.max())) / spread)
    reach = 2.2 * float(radius.max())
    for _ in range(30):
        a, b = _near(pos, reach)
        gap = pos[b] - pos[a]
        distance = np.hypot(gap[:, 0], gap[:, 1])
        short = (radius[a] + radius[b]) * 1.1 - distance
        close = short > 0
        if not close.any():
            break
        a, b, gap, distance, short = a[close], b[close], gap[close], distance[close], short[close]
        # Two at the same spot part along a direction that their numbers give.
        turn = np.stack((np.cos(a * _GOLDEN), np.sin(a * _GOLDEN)), axis=1)
        way = np.where(distance[:, None] > 1e-9, gap / np.maximum(distance, 1e-9)[:, None], turn)
        push = way * (short * 0.5)[:, None]
        for axis in (0, 1):
            pos[:, axis] += np.bincount(b, push[:, axis], n) - np.bincount(a, push[:, axis], n)
        pos = np.round(pos * _ROUND) / _ROUND
    return pos


def _near(pos: Floats, reach: float) -> tuple[Ints, Ints]:
    """All pairs of points that may be closer than `reach`, by a grid of cells of that size."""
    cells = np.floor((pos - pos.min(axis=0)) / reach).astype(np.int64) + 1
    width = int(cells[:, 1].max()) + 3
    number = cells[:, 0] * width + cells[:, 1]
    order = np.argsort(number, kind="stable")
    ranked = number[order]
    firsts, seconds = [], []
    for offset in (0, 1, width - 1, width, width + 1):
        start = np.searchsorted(ranked, ranked + offset, "left")
        if offset == 0:
            start = np.arange(len(ranked)) + 1
        counts = np.maximum(np.searchsorted(ranked, ranked + offset, "right") - start, 0)
        first = np.repeat(np.arange(len(ranked)), counts)
        within = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
        firsts.append(order[first])
        seconds.append(order[np.repeat(start, counts) + within])
    return np.concatenate(firsts), np.concatenate(seconds)


def _pack(members: list[Ints], pairs: Ints, positions: Floats, radius: Floats) -> Floats:
    """Puts the parts side by side: the largest in the middle, each other one where it fits nearest to the middle.

    A part is the cells of a grid that its nodes (with room for a name) and lines cover: parts fill each other's gaps.
    """
    cell = 3.0 * float(np.median(radius)) + 6.0
    number = np.zeros(len(positions), dtype=np.int64)
    shapes = [np.zeros((0, 2), dtype=np.int64)] * len(members)
    for index, nodes in enumerate(members):
        number[nodes] = index
        positions[nodes] -= (positions[nodes].max(axis=0) + positions[nodes].min(axis=0)) / 2
    lines = np.split(
        pairs[np.argsort(number[pairs[:, 0]], kind="stable")], _bounds(number[pairs[:, 0]], len(members))
    )
    for index, nodes in enumerate(members):
        shapes[index] = _cells(positions, nodes, lines[index], radius, cell)
    order = sorted(range(len(members)), key=lambda index: (-len(shapes[index]), index))
    side = (
        2 * int(np.ceil(np.sqrt(sum(map(len, shapes))))) + 2 * max(int(np.abs(s).max()) for s in shapes) + 4
    )
    taken = np.zeros((2 * side + 1, 2 * side + 1), dtype=bool)
    free = _from_the_middle(side // 2 + 1)
    for turn, index in enumerate(order):
        shape = shapes[index]
        at = _first_fit(taken, free, shape, side)
        positions[members[index]] += at * cell
        taken[tuple((shape + at + side).T)] = True
        if turn < 8 or turn % 32 == 0:  # keeps the list of free cells short without copying it for every dot
            free = free[~taken[free[:, 0] + side, free[:, 1] + side]]
    centred: Floats = positions - (positions.max(axis=0) + positions.min(axis=0)) / 2
    return np.round(centred, 3) + 0.0  # 0 for -0


def _bounds(sorted_or_not: Ints, count: int) -> Ints:
    return np.cumsum(np.bincount(sorted_or_not, minlength=count))[:-1].astype(np.int64)


def _cells(positions: Floats, nodes: Ints, lines: Ints, radius: Floats, cell: float) -> Ints:
    """The cells of a part, around (0, 0)."""
    points = [positions[nodes]]
    far = radius[nodes][:, None] + 0.5 * cell
    # Names stand left and right of the middle: a node takes more room there than above and below.
    points += [
        positions[nodes] + far * np.array(way)
        for way in ((1.5, 0), (-1.5, 0), (0, 1), (0, -1), (1, 1), (-1, 1))
    ]
    start, end = positions[lines[:, 0]], positions[lines[:, 1]]
    # In tenths of the line: longer ones are rare, and a gap in one is no harm.
    points += [start + (end - start) * step for step in np.linspace(0.1, 0.9, 9)]
    return np.unique(np.round(np.concatenate(points) / cell).astype(np.int64), axis=0)


def _from_the_middle(reach: int) -> Ints:
    """All cells up to `reach` away, the nearest first; a step to the side counts less, as screens are wide."""
    x, y = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1), indexing="ij")
    cells = np.stack((x.ravel(), y.ravel()), axis=1)
    far = cells[:, 0] ** 2 + 3 * cells[:, 1] ** 2
    return cells[np.lexsort((cells[:, 1], cells[:, 0], far))].astype(np.int64)


def _first_fit(taken: NDArray[np.bool_], free: Ints, shape: Ints, side: int) -> Ints:
    """The first of the free cells around which all cells of the shape are free."""
    block = max(1, 60_000 // len(shape))
    for start in range(0, len(free), block):
        ats = free[start : start + block]
        cells = ats[:, None, :] + shape[None, :, :] + side
        clear = ~taken[cells[..., 0], cells[..., 1]].any(axis=1)
        if clear.any():
            return np.asarray(ats[int(np.argmax(clear))])
    return np.array(
        (side - int(np.abs(shape).max()), 0)
    )  # cannot be: the grid is larger than all shapes together
