"""Features of the best entries -> calibrated confidence.

A logistic function (Platt 1999, "Probabilistic outputs for support vector machines and
comparisons to regularized likelihood methods") whose constants were fitted on labelled customer
messages, none of which is in the book, and are checked by cross-fitting in bench/. They use
differences within one message only, so adding an unrelated entry hardly moves them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST = 0.001  # confidence is never nought, nor quite one


@dataclass(frozen=True, slots=True)
class Calibration:
    """confidence = sigmoid(bias + odds*x1 + margin*x2 + silence*x3).

    x1 is the log odds of the probability, x2 the log ratio to the best other entry, x3 the
    similarity of the nearest out-of-scope text less that of the nearest ask.
    """

    bias: float
    odds: float
    margin: float
    silence: float

    def confidence(self, odds: float, margin: float, silence: float) -> float:
        """Chance that the entry fits, within [0.001, 0.999]."""
        z = self.bias + self.odds * odds + self.margin * margin + self.silence * silence
        return min(1 - LEAST, max(LEAST, 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))))


WITH_VECTORS = Calibration(bias=0.5, odds=0.82, margin=0.13, silence=-4.1)
CHARACTERS_ONLY = Calibration(bias=-0.2, odds=0.31, margin=0.37, silence=-2.5)
# For books without out-of-scope wording: nothing there takes probability away from the entries,
# so the margin has to say more. Fitted on questions to a book of 300 entries with 1, 4 and 11
# asks each; the weight of silence was chosen, since no such question is out of scope.
UNBOUNDED_WITH_VECTORS = Calibration(bias=-1.3, odds=0.14, margin=0.98, silence=-2.0)
UNBOUNDED_CHARACTERS_ONLY = Calibration(bias=-1.3, odds=0.2, margin=0.89, silence=-2.0)


def calibration(vectors: bool, *, bounded: bool) -> Calibration:
    """The constants for a book with or without vectors and out-of-scope wording (`bounded`)."""
    if bounded:
        return WITH_VECTORS if vectors else CHARACTERS_ONLY
    return UNBOUNDED_WITH_VECTORS if vectors else UNBOUNDED_CHARACTERS_ONLY
