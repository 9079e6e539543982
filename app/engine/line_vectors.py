"""The vectors of a book's lines, compared with a message's in two steps.

Turned so that their first columns tell most (principal components), these alone say which lines
are near; only for those the other columns are read. What is read decides how long it takes: the
numbers of a few thousand lines are more than a processor keeps at hand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

FRONT = 64  # columns that are compared for every line
EXACT = 256  # lines for which all columns are
TURNS = 8  # steps after which the first columns tell as much as the principal components


class LineVectors:
    """Lines as rows in the order given, of length 1, the columns that tell most first."""

    def __init__(self, rows: Floats) -> None:
        front = FRONT if len(rows) > EXACT else rows.shape[1]
        self._front = np.ascontiguousarray(rows[:, :front])
        self._back = np.ascontiguousarray(rows[:, front:])

    def roughly(self, vectors: Floats) -> Floats:
        """(n, lines) products of vectors with every line, by the first columns alone."""
        rough: Floats = vectors[:, : self._front.shape[1]] @ self._front.T
        return rough

    def refine(self, similarity: Floats, vector: Floats) -> None:
        """Adds what `roughly` left out, in place, to the `EXACT` highest similarities."""
        if self._back.shape[1]:
            lines = np.argpartition(similarity, -EXACT)[-EXACT:]
            lines.sort()  # one way through memory
            similarity[lines] += self._back.take(lines, axis=0) @ vector[FRONT:]


def principal(rows: Floats) -> Floats:
    """Orthonormal directions as columns, the `FRONT` first that (nearly) tell the most.

    By subspace iteration (Halko et al. 2011, "Finding Structure with Randomness"); all of them
    together keep every product, whichever come first.
    """
    square = rows.T @ rows
    found = square[:, np.argsort(-square.diagonal(), kind="stable")[:FRONT]]
    for _ in range(TURNS):
        found = square @ np.linalg.qr(found)[0]
    return np.ascontiguousarray(np.linalg.qr(found, mode="complete")[0], dtype=np.float32)
