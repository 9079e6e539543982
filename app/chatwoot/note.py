"""Suggestions as the private note under a customer's message."""

from __future__ import annotations

from app.engine.suggestion import Answer, Suggestion

_SEVERITIES = {"suggestion": "建议", "warning": "注意", "error": "错误"}


def mark(message_id: int) -> str:
    """The first line of the note to a message: by it the note is found again."""
    return f"话术建议 · 消息 #{message_id}"


def note(answer: Answer, message_id: int) -> str:
    """The note's text: replies to copy, the surest first, each with what is to be known of it."""
    parts = [mark(message_id)]
    if answer.suggestions:
        if answer.decision == "choose":
            parts.append("有几种可能，请按客户的意思选一条：")
        parts += [_one(n, made) for n, made in enumerate(answer.suggestions, 1)]
    else:
        parts.append("话术库里没有把握的回复，请人工回答。")
        if answer.fallback:
            parts.append(f"查清之前可以先回：\n{answer.fallback.text}")
    return "\n\n".join(parts)


def _one(number: int, made: Suggestion) -> str:
    lines = [f"{number}. {made.title}（把握 {made.confidence:.0%}）", made.text]
    if made.missing:
        lines.append(f"发送前请补上：{'、'.join(made.missing)}")
    lines += [f"{_SEVERITIES[f.severity]}：{f.message}" for f in made.findings]
    if made.handoff:
        lines.append(f"转交：{made.handoff}")
    return "\n".join(lines)
