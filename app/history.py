"""Messages to replay: from a file, or from the journal."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from app.learn.messages import Asked, MessagesError, from_jsonl, from_lines
from app.records import migrate
from app.records.database import open_engine, transaction
from app.records.history import written
from app.records.reports import Scope

DAYS = 30
MAX_FILE = 64 * 1024 * 1024


def from_file(path: Path) -> list[Asked]:
    """JSONL by its ending `.jsonl`, of any other file a message a line. Raises MessagesError."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise MessagesError(f"文件“{path}”超过 64 MB。请分成几个文件。")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MessagesError(f"读不了文件“{path}”。请检查路径，并确认是 UTF-8 编码。") from error
    found = from_jsonl(text, str(path)) if path.suffix == ".jsonl" else from_lines(text)
    if not found:
        raise MessagesError(f"文件“{path}”里没有消息。请每行写一条。")
    return found


def from_journal(url: str, since: date | None, limit: int, shop: str) -> list[Asked]:
    """The `limit` wordings that a shop got last, the most recent first.

    `since` is a day in the time zone of this machine; None is 30 days ago.

    Raises StoreError when the journal can not be read, MessagesError when it has none.
    """
    begin = datetime.combine(since, time.min).astimezone() if since else None
    scope = Scope(shop=shop, since=begin or datetime.now(UTC) - timedelta(days=DAYS))
    rows = []
    if migrate.current(url) is not None:
        engine = open_engine(url)
        try:
            with transaction(engine) as connection:
                rows = list(written(connection, scope, limit=limit))
        finally:
            engine.dispose()
    if not rows:
        raise MessagesError(
            f"记录里没有店铺“{shop}”这段时间的消息。请用 --since 放宽日期，或写明一个消息文件，"
            "例如 huashu replay messages.txt --against 新的文件夹。"
        )
    return [
        Asked(tuple(row.message.split("\n")), row.platform, row.stage, row.channel, row.count)
        for row in rows
    ]
