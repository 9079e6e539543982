"""Two texts word by word: nothing is lost, and a person can read it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.learn.words import LONGEST, word_changes

TEXT = st.text(alphabet=st.sampled_from("我您退货七天7 ab{}%😀\n，。"), max_size=40) | st.text(
    max_size=30
)


def shown(before: str, after: str) -> str:
    shapes = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(shapes[p.kind].format(p.text) for p in word_changes(before, after))


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("您好，欢迎光临", "您好，欢迎光临", "您好，欢迎光临"),
        ("七天内可以退货", "十五天内可以退货", "[-七-]{+十五+}天内可以退货"),
        ("满199元包邮", "满299元包邮", "满[-199-]{+299+}元包邮"),
        ("运费{{ shop.a }}，请您留意", "运费{{ shop.b }}，请您留意",
         "运费[-{{ shop.a }}-]{+{{ shop.b }}+}，请您留意"),
        # A single character that both happen to have does not break a change in two.
        ("麻烦您拍个照片发来", "麻烦您录个视频发来", "麻烦您[-拍个照片-]{+录个视频+}发来"),
        ("完全是一句旧话", "换上新说法了", "[-完全是一句旧话-]{+换上新说法了+}"),
        ("", "新的", "{+新的+}"),
        ("旧的", "", "[-旧的-]"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_change_reads_well(before: str, after: str, wanted: str) -> None:
    assert shown(before, after) == wanted


@given(TEXT, TEXT)
@example("a" * LONGEST, "b" * LONGEST)
@settings(deadline=None, derandomize=True)
def test_both_texts_can_be_read_off(before: str, after: str) -> None:
    pieces = word_changes(before, after)
    assert "".join(p.text for p in pieces if p.kind != "new") == before
    assert "".join(p.text for p in pieces if p.kind != "gone") == after
    assert all(p.text for p in pieces)
    kinds = [p.kind for p in pieces]
    assert not any(a == b or (a, b) == ("new", "gone") for a, b in pairwise(kinds))
    assert (kinds in ([], ["same"])) == (before == after)
