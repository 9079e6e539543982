"""What the store raises. Each text is one Chinese sentence that says what to do.

    HuashuError
    ├── StoreError              the store can not be used; `.code` is stable
    │   ├── StoreUrlInvalid         store.url             the address is written wrongly
    │   ├── StoreFolderMissing      store.folder-missing  the SQLite file's folder is absent
    │   ├── StoreNotWritable        store.not-writable    folder, file or tables refuse writing
    │   ├── StoreReadOnly           store.read-only       the file or the server only reads
    │   ├── StoreDamaged            store.damaged         the file is no SQLite database
    │   ├── StoreFull               store.full            no room on the disk
    │   ├── StoreBusy               store.busy            locked by others, or too much at once
    │   ├── StoreUnreachable        store.unreachable     the server does not answer
    │   ├── StoreRefused            store.refused         the server refuses user or database
    │   ├── SchemaOlder             store.schema-older    `huashu migrate` has not run
    │   ├── SchemaNewer             store.schema-newer    written by a newer program
    │   ├── StoreClosed             store.closed          the writer is closed
    │   └── StoreFailed             store.failed          anything else the database said
    ├── UnknownSuggestion       suggestion.unknown        feedback for an id nobody gave out
    └── OtherShopSuggestion     suggestion.other-shop     feedback for another shop's id

A StoreError answers 503, UnknownSuggestion 404, OtherShopSuggestion 403.
"""

from __future__ import annotations

from typing import ClassVar

from app.engine.errors import HuashuError


class StoreError(HuashuError):
    """The store can not be used.

    Args:
        place: the file, or `host:port/database`; never a password.

    Attributes:
        code: stable name of the error, for programs.
    """

    code: ClassVar[str] = "store.failed"
    sentence: ClassVar[str] = "数据库出错（{place}），请查看服务日志。"

    def __init__(self, place: str = "") -> None:
        self.place = place
        super().__init__(self.sentence.format(place=place))


class StoreUrlInvalid(StoreError):
    """`place` is the scheme at most: the rest of a wrong address may hold a password."""

    code = "store.url"
    sentence = (
        "数据库地址写法不对（{place}），"
        "请写成 sqlite:///文件 或 postgresql://用户:密码@主机:端口/库名。"
    )


class StoreFolderMissing(StoreError):
    code = "store.folder-missing"
    sentence = "数据库文件所在的文件夹不存在（{place}），请先建好文件夹，或运行 huashu migrate。"


class StoreNotWritable(StoreError):
    code = "store.not-writable"
    sentence = "数据库不让写入（{place}），请给运行本程序的用户加上写权限。"


class StoreReadOnly(StoreError):
    code = "store.read-only"
    sentence = "数据库是只读的（{place}），请取消只读，并让文件和所在文件夹都可写。"


class StoreDamaged(StoreError):
    code = "store.damaged"
    sentence = "数据库文件已损坏或不是 SQLite 数据库（{place}），请换回备份或另选一个文件。"


class StoreFull(StoreError):
    code = "store.full"
    sentence = "存放数据库的磁盘已满（{place}），请腾出空间。"


class StoreBusy(StoreError):
    code = "store.busy"
    sentence = "数据库正忙（{place}），请稍后再试。"


class StoreUnreachable(StoreError):
    code = "store.unreachable"
    sentence = "连不上数据库服务器（{place}），请检查它是否在运行、地址和端口是否正确。"


class StoreRefused(StoreError):
    code = "store.refused"
    sentence = "数据库服务器拒绝了连接（{place}），请检查用户名、密码和库名。"


class SchemaOlder(StoreError):
    code = "store.schema-older"
    sentence = "数据库的表结构还没有升级（{place}），请运行 huashu migrate。"


class SchemaNewer(StoreError):
    code = "store.schema-newer"
    sentence = "数据库的表结构比本程序新（{place}），请升级本程序，或换回升级前的备份。"


class StoreClosed(StoreError):
    code = "store.closed"
    sentence = "服务正在关闭，记录没有写入（{place}），请稍后再试。"


class StoreFailed(StoreError):
    """Anything else; the database's own words are the exception's `__cause__`."""


class UnknownSuggestion(HuashuError):
    """Feedback names a suggestion that is not in the journal."""

    code: ClassVar[str] = "suggestion.unknown"

    def __init__(self, suggestion_id: str) -> None:
        self.suggestion_id = suggestion_id
        super().__init__("找不到这条建议，请填写 /v1/suggestions 返回的 id。")


class OtherShopSuggestion(HuashuError):
    """Feedback names a suggestion that was given to another shop."""

    code: ClassVar[str] = "suggestion.other-shop"

    def __init__(self, suggestion_id: str) -> None:
        self.suggestion_id = suggestion_id
        super().__init__("这条建议属于别的店铺，请使用该店铺的密钥。")
