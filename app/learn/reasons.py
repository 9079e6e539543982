"""Why two books answer a message differently, as far as their files tell."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import Phrasebook
from app.engine.suggestion import Answer
from app.learn.given import Given, behind, unsure

ALIKE = 0.005  # difference of confidences that is none


class Reasons:
    """What can be a reason in two books, looked up once for many messages."""

    def __init__(self, before: Phrasebook, after: Phrasebook) -> None:
        self._old, self._new = _Contents(before), _Contents(after)

    def of(self, before: Given, after: Given, now: Answer) -> tuple[str, ...]:
        """Sentences, the most telling first; never none for two answers that differ.

        `now` is the second answer with `explain` and `MOST` suggestions.
        """
        if before.entries == after.entries and before.decision == after.decision:
            return (self._text(after),)
        found = [*self._entries(before, after), *self._asks(before, after)]
        found += [f"{note.rstrip('。')}。" for note in after.notes if note not in before.notes]
        if before.decision != "none":
            found += [f"现在 {phrase}。" for phrase in behind(now, before.entries)]
        found += [f"{phrase}。" for phrase in unsure(now) if before.decision == "answer"]
        if before.parts != after.parts:
            found.append(f"这段话原来看作 {before.parts} 问，现在看作 {after.parts} 问。")
        found += self._thresholds(before, after, alone=not found)
        return tuple(found) or (
            f"把握由 {before.confidence:.2f} 变为 {after.confidence:.2f}："
            "别的问法、反例、同义词或不该回答的消息改了。",
        )

    def _text(self, after: Given) -> str:
        if after.decision == "none":
            return "不作答时的话改了。"
        changed = [e for e in after.entries if self._old.reply(e) != self._new.reply(e)]
        if changed:
            return f"{'、'.join(changed)} 的回复改了。"
        return "回复没有改，是店铺信息、变量、开场白或结束语改了。"

    def _entries(self, before: Given, after: Given) -> Iterator[str]:
        for entry in before.entries:
            if entry not in self._new.replies:
                yield f"条目 {entry} 已删去。"
        for entry in after.entries:
            if entry not in self._old.replies:
                yield f"条目 {entry} 是新增的。"

    def _asks(self, before: Given, after: Given) -> Iterator[str]:
        if after.ask and self._old.asks.get(after.ask) != self._new.asks.get(after.ask):
            origin = self._old.asks.get(after.ask)
            moved = f"从 {origin} 移来的" if origin else "新加的"
            yield f"最像{moved}问法“{after.ask}”。"
        if before.ask and before.ask not in self._new.asks:
            yield f"原来最像的问法“{before.ask}”已删去。"

    def _thresholds(self, before: Given, after: Given, *, alone: bool) -> Iterator[str]:
        """When the other's thresholds judge a confidence otherwise, or nothing else is told."""
        old, new = self._old.limits, self._new.limits
        sure = before.confidence, after.confidence
        if old == new or not (alone or any(_level(c, old) != _level(c, new) for c in sure)):
            return
        moved = f"门槛由 {old[0]:g}／{old[1]:g} 改为 {new[0]:g}／{new[1]:g}"
        same = abs(sure[0] - sure[1]) < ALIKE
        yield f"{moved}，把握没有变（{sure[1]:.2f}）。" if same else f"{moved}。"


def _level(confidence: float, limits: tuple[float, float]) -> int:
    return sum(confidence >= limit for limit in limits)


class _Contents:
    def __init__(self, book: Phrasebook) -> None:
        self.limits = book.thresholds.answer, book.thresholds.choose
        self.asks = {ask.text: entry.id for entry in book.entries for ask in entry.asks}
        self.replies = {
            entry.id: (entry.reply, *((v.when, v.template) for v in entry.variants))
            for entry in book.entries
        }

    def reply(self, entry_id: str) -> object:
        """What the entry says, with its variants."""
        return self.replies.get(entry_id)
