"""A reply as other tools can use it: facts filled in, variables as visible names."""

from __future__ import annotations

from dataclasses import replace

from app.engine.model import Context, Entry, Phrasebook
from app.engine.render import render


def plain_reply(entry: Entry, book: Phrasebook, context: Context) -> str:
    """The main reply of an entry with the shop's facts; a variable shows as 〔its title〕."""
    shown = {name: f"〔{variable.title}〕" for name, variable in book.variables.items()}
    return render(entry.reply, book, replace(context, variables=shown)).text
