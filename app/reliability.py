"""A reliability diagram as SVG: what was promised beside what came true."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.measures import Bin

_SIZE, _EDGE, _FOOT = 360, 56, 90
_LEGEND = "横轴：把握；纵轴：实际答对的比例；下方：用例数"
_STYLE = """
  .page{fill:#fff} .axis{stroke:#59636e;stroke-width:1} .ideal{stroke:#59636e;stroke-dasharray:4 4}
  .bar{fill:#0f766e} .gap{fill:#d97706;opacity:.35} .count{fill:#94a3b8}
  text{font:12px "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;fill:#1f2933}
"""


def diagram(bins: Sequence[Bin], title: str, error: float) -> str:
    """The SVG text of one diagram; bars are shares right, the tint is the gap to the promise."""
    width, height = _SIZE + 2 * _EDGE, _SIZE + _EDGE + _FOOT + 30
    most = max((b.cases for b in bins), default=0) or 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(title, quote=True)}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}"/>',
        f'<text x="{_EDGE}" y="24">{escape(title)}　校准误差 {error:.3f}</text>',
        *(_bar(b, most) for b in bins if b.cases),
        _line("ideal", 0, 0, 1, 1),
        _line("axis", 0, 0, 1, 0),
        _line("axis", 0, 0, 0, 1),
        *(_tick(i / 5) for i in range(6)),
        f'<text x="{_EDGE}" y="{height - 10}">{_LEGEND}</text>',
        "</svg>",
    ]
    return "\n".join(parts)


def _x(share: float) -> float:
    return _EDGE + share * _SIZE


def _y(share: float) -> float:
    return _EDGE - 16 + (1 - share) * _SIZE


def _rect(kind: str, x: float, top: float, width: float, height: float, tip: str = "") -> str:
    inside = f"<title>{escape(tip)}</title>" if tip else ""
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" '
        f'height="{max(0.0, height):.1f}">{inside}</rect>'
    )


def _bar(b: Bin, most: int) -> str:
    x, width = _x(b.low) + 2, (b.high - b.low) * _SIZE - 4
    tip = (
        f"把握 {b.low:.1f}–{b.high:.1f}：{b.cases} 例，平均 {b.confidence:.2f}，答对 {b.right:.2f}"
    )
    low, high = sorted((b.right, b.confidence))
    count = 34 * b.cases / most
    return "\n".join(
        (
            _rect("bar", x, _y(b.right), width, b.right * _SIZE, tip),
            _rect("gap", x, _y(high), width, (high - low) * _SIZE),
            _rect("count", x, _y(0) + 24, width, count),
        )
    )


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line class="{kind}" x1="{_x(x1):.1f}" y1="{_y(y1):.1f}" '
        f'x2="{_x(x2):.1f}" y2="{_y(y2):.1f}"/>'
    )


def _tick(share: float) -> str:
    return (
        f'<text x="{_x(share) - 8:.1f}" y="{_y(0) + 16:.1f}">{share:.1f}</text>'
        f'<text x="{_x(0) - 28:.1f}" y="{_y(share) + 4:.1f}">{share:.1f}</text>'
    )
