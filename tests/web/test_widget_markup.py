"""Hostile texts in every field of an answer stay texts in the widget."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser, Route

from tests.web.payloads import PAYLOADS
from tests.web.widget_page import Host, visit

PANEL = "document.querySelector('#side > *').panel"
OWN = {
    *("SECTION", "DETAILS", "SUMMARY", "LABEL", "TEXTAREA", "P", "BUTTON", "DIV", "ARTICLE"),
    *("HEADER", "B", "EM", "SMALL", "SPAN", "MARK", "INPUT", "UL", "LI", "FOOTER"),
}


def hostile(text: str) -> dict[str, Any]:
    """An answer with this text wherever a text can be."""
    finding = {
        "severity": text,
        "text": text,
        "message": text,
        "replacements": [text],
    }
    reply = {
        "entry_id": text,
        "title": text,
        "confidence": 0.9,
        "text": text * 3 + f"【{text}】",
        "greeting": text,
        "body": text,
        "closing": f"{text}【{text}】",
        "variables": {
            "filled": [],
            "missing": [text, "shop.x", "kind"],
            "titles": {text: text, "shop.x": text, "kind": text},
        },
        "findings": [finding],
        "handoff": text,
    }
    return {"id": "", "decision": text, "suggestions": [reply, reply], "fallback": None}


def test_hostile_texts_stay_texts(browser: Browser, widget_host: Host) -> None:
    def answer(route: Route) -> None:
        if route.request.method == "OPTIONS":
            route.continue_()
            return
        asked = json.loads(route.request.post_data or "{}")["message"]
        headers = {"access-control-allow-origin": "*", "content-type": "application/json"}
        route.fulfill(body=json.dumps(hostile(asked)), headers=headers)

    address = widget_host.script(target="#reply", mount="#side")
    with visit(browser, address) as chat:
        chat.page.route("**/v1/suggestions", answer)
        for payload in PAYLOADS:
            text, tags, attributes = chat.page.evaluate(
                f"""async payload => {{
                  await {PANEL}.suggest(payload);
                  const root = {PANEL}.element.shadowRoot;
                  const nodes = [...root.querySelectorAll('*')];
                  return [
                    root.textContent,
                    [...new Set(nodes.map((node) => node.tagName))],
                    [...new Set(nodes.flatMap((node) => node.getAttributeNames()))],
                  ];
                }}""",
                payload,
            )
            # Title, greeting, body, closing and its blank, finding: text, severity, message, other
            # wording; handoff and the fields; all twice.
            assert text.count(payload) >= 20
            assert set(tags) <= OWN
            assert not [name for name in attributes if name.startswith(("on", "src", "href"))]
        assert chat.complaints == []
        assert chat.page.url == address
