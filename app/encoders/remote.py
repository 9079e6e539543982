"""Any server that speaks OpenAI's `POST /v1/embeddings`: TEI, Ollama, vLLM, a cloud.

https://platform.openai.com/docs/api-reference/embeddings/create
"""

from __future__ import annotations

import logging
import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import numpy as np

from app.encoders.breaker import Breaker
from app.engine.encode import Vectors, encodable
from app.engine.errors import EncoderChanged, EncoderError

log = logging.getLogger(__name__)

BATCH = 64
BOOK_SECONDS = 60.0  # for 64 asks; a server may also have to read its model first
_STATUS = {
    401: "它不接受密钥。请检查 HUASHU_ENCODER_KEY。",
    403: "它不接受密钥。请检查 HUASHU_ENCODER_KEY。",
    404: "没有这个地址或模型。请检查 HUASHU_ENCODER（多以 /v1/embeddings 结尾）"
    "和 HUASHU_ENCODER_MODEL。",
    429: "请求太多。请提高它的限额。",
}


class RemoteEncoder:
    """For any number of threads. Every failure is an EncoderError in plain words.

    After three failures in a row no request is made for 30 seconds, see `Breaker`. `on_failure`
    is called for each failed request. The key is sent, and told nobody else.
    """

    remote = True
    parts: tuple[int, ...] = ()

    def __init__(
        self,
        address: str,
        *,
        model: str = "",
        key: str = "",
        timeout: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._address = _checked(address)
        self._server = f"句向量服务（{self._address.netloc.decode('ascii')}）"
        self._model = model
        self._timeout = timeout
        self._breaker = Breaker(clock)
        self._on_failure = on_failure
        self._client = httpx.Client(headers=_headers(key))
        weakref.finalize(self, self._client.close)
        place = self._address.netloc + self._address.raw_path
        self.name = f"{model or 'embeddings'}@{place.decode('ascii')}"
        self.dimension = 0
        self.problem: str | None = None

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """In batches of 64; a request for a book may take a minute."""
        seconds = max(BOOK_SECONDS, self._timeout) if book else self._timeout
        rows = [self._batch(texts[i : i + BATCH], seconds) for i in range(0, len(texts), BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def check(self) -> None:
        """One short request."""
        self.encode(["您好"])

    def _batch(self, texts: Sequence[str], seconds: float) -> Vectors:
        if not self._breaker.admits():
            raise EncoderError(self.problem or f"{self._server}刚才出错，稍后再试。")
        try:
            vectors = self._measured(_vectors(self._answer(texts, seconds), len(texts)))
        except BaseException as error:
            self._breaker.failed()
            self._on_failure()
            if isinstance(error, EncoderError):
                self.problem = str(error)
                log.warning("encoder %s failed: %s", self.name, error)
            raise
        self._breaker.succeeded()
        self.problem = None
        return vectors

    def _answer(self, texts: Sequence[str], seconds: float) -> Any:
        """The body of the answer, as JSON says it."""
        body: dict[str, Any] = {
            "input": [encodable(t) for t in texts],
            "encoding_format": "float",
        }
        if self._model:
            body["model"] = self._model
        wait = httpx.Timeout(seconds, connect=self._timeout)
        try:
            answer = self._client.post(self._address, json=body, timeout=wait)
        except httpx.TimeoutException as error:
            raise EncoderError(f"{self._server}没有在 {seconds:g} 秒内回答。") from error
        except httpx.HTTPError as error:
            raise EncoderError(
                f"连不上{self._server}。请检查 HUASHU_ENCODER 的地址，以及服务是否已启动。"
            ) from error
        if answer.status_code != 200:
            words = _STATUS.get(answer.status_code, "它出错了。请查看它的日志。")
            raise EncoderError(f"{self._server}的回答是 {answer.status_code}：{words}")
        try:
            return answer.json()
        except (ValueError, RecursionError) as error:
            raise EncoderError(f"{self._server}的回答不是 JSON。") from error

    def _measured(self, vectors: Vectors | None) -> Vectors:
        """Vectors of the width that is known, or that is learnt now."""
        if vectors is None:
            raise EncoderError(
                f"{self._server}的回答不是 OpenAI 的 embeddings 格式，或含有不是数的值。"
            )
        before, self.dimension = self.dimension, vectors.shape[1]
        if before and before != self.dimension:
            raise EncoderChanged(
                f"{self._server}的向量从 {before} 维变成了 {self.dimension} 维，像是换了模型。"
            )
        return vectors


def _checked(address: str) -> httpx.URL:
    """The address, when it is one. Raises EncoderError."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise EncoderError(f"HUASHU_ENCODER 的地址“{address}”写法不对。") from error
    if url.userinfo:
        raise EncoderError("HUASHU_ENCODER 的地址里不要写密码，请用 HUASHU_ENCODER_KEY。")
    if not url.host:
        raise EncoderError(f"HUASHU_ENCODER 的地址“{address}”里没有主机名。")
    return url


def _headers(key: str) -> dict[str, str]:
    if not key:
        return {}
    if not (key.isascii() and key.isprintable()):
        raise EncoderError("HUASHU_ENCODER_KEY 里有密钥中不会有的字符，请重新复制。")
    return {"Authorization": f"Bearer {key}"}


def _vectors(answer: Any, count: int) -> Vectors | None:
    """The rows in the order of the texts, made length 1; None when they are not what was asked."""
    try:
        rows = {row["index"]: row["embedding"] for row in answer["data"]}
        if len(answer["data"]) != count or set(rows) != set(range(count)):
            return None
        found = np.array([rows[i] for i in range(count)], dtype=np.float64)
    except (KeyError, TypeError, ValueError, OverflowError, IndexError):
        return None
    if found.ndim != 2 or not found.shape[1]:
        return None
    with np.errstate(over="ignore"):
        norms = np.linalg.norm(found, axis=1, keepdims=True)
    # Without a finite length above 0 a row has no direction: zeros, infinities, not-a-numbers.
    if not np.isfinite(norms).all() or not (norms > 1e-12).all():
        return None
    return np.asarray(found / norms, dtype=np.float32)
