// Findings as list items: how grave, where, why, and what to write instead.

import { el } from "./dom.js";
import { SEVERITIES, word } from "./words.js";

/** One list item per finding. */
export const findingItems = (findings) => findings.map(item);

/** "2 个问题" with what has to go before sending. */
export function summary(findings) {
  const barred = findings.filter((f) => f.severity === "error").length;
  return `${findings.length} 个问题${barred ? `（${barred} 个禁止发送）` : ""}`;
}

function item(finding) {
  const { severity, start, end, text, message, replacements = [] } = finding;
  return el("li", { class: `finding ${severity}` },
    el("span", { class: "severity", text: word(SEVERITIES, severity) }),
    el("div", {},
      el("p", {},
        el("q", { text }),
        el("span", { class: "place", text: place(start, end) })),
      el("p", { text: message }),
      replacements.length ? el("p", { class: "instead" }, "可改为 ", ...chips(replacements)) : null,
      el("p", { class: "rule" },
        el("code", { text: finding.rule_id }),
        finding.source ? ` ${finding.source}` : null)));
}

const place = (start, end) =>
  end - start > 1 ? `第 ${start + 1}–${end} 字` : `第 ${start + 1} 字`;

const chips = (texts) => texts.map((text) => el("span", { class: "chip", text }));
