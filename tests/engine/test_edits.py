"""Two rounds of edits are the same as their composition."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.engine.edits import apply_edits, composed
from app.engine.model import Edit

TEXT = st.text("你我他，。😀", max_size=12)


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> list[Edit]:
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    pairs = zip(places[::2], places[1::2], strict=False)
    made = [(start, end, draw(st.text("甲乙", max_size=3))) for start, end in pairs]
    return [Edit(start, end, text[start:end], new, f"rule.{start}", "") for start, end, new in made]


@given(st.data())
def test_composed(data: st.DataObject) -> None:
    draft = data.draw(TEXT)
    first = data.draw(edits_of(draft))
    halfway = apply_edits(draft, first)
    then = data.draw(edits_of(halfway))
    both = composed(draft, first, then)
    assert apply_edits(draft, both) == apply_edits(halfway, then)
    at = 0
    for edit in both:
        assert at <= edit.start <= edit.end
        assert draft[edit.start : edit.end] == edit.text != edit.replacement
        at = edit.end


def test_edits_apart_stay_apart() -> None:
    first = [Edit(0, 1, "甲", "乙丙", "rule.a", "")]
    then = [Edit(4, 5, "丁", "戊", "rule.b", "")]
    both = composed("甲一二丁", first, then)
    assert [(e.start, e.text, e.replacement, e.rule_id) for e in both] == [
        (0, "甲", "乙丙", "rule.a"),
        (3, "丁", "戊", "rule.b"),
    ]
