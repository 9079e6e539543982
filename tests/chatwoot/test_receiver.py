from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.chatwoot.payload import ChatMessage, NotOurs, read_event
from app.chatwoot.signature import is_genuine, sign
from tests.chatwoot.chatwoot_server import ChatwootServer, chatwoot_server, event
from tests.chatwoot.receiver import answering, send, wait_for_notes
from tests.web.service_process import ServiceProcess


@pytest.fixture(scope="module")
def server() -> Iterator[ChatwootServer]:
    with chatwoot_server() as started:
        yield started


@pytest.fixture(scope="module")
def service(
    server: ChatwootServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("service")
    with answering(folder, server, HUASHU_CHATWOOT_PATH_TOKEN="geheim") as started:
        yield started


def test_a_note_holds_what_can_be_sent(service: ServiceProcess, server: ChatwootServer) -> None:
    number = server.write(50, "怎么还不发货")
    before = len(server.notes())
    assert send(service, event(number, 50, "怎么还不发货")).json() == {"status": "taken"}
    wait_for_notes(server, before + 1)
    (note,) = server.notes(50)
    assert note.startswith(f"话术建议 · 消息 #{number}\n")
    assert "您好。" in note
    assert "把握" in note


def test_unsure_says_so(service: ServiceProcess, server: ChatwootServer) -> None:
    number = server.write(51, "今天天气怎么样")
    before = len(server.notes())
    send(service, event(number, 51, "今天天气怎么样"))
    wait_for_notes(server, before + 1)
    (note,) = server.notes(51)
    assert "没有把握" in note


def test_the_same_message_again_is_known(service: ServiceProcess, server: ChatwootServer) -> None:
    number = server.write(52, "可以退货吗")
    body = event(number, 52, "可以退货吗")
    assert send(service, body, delivery="a").json() == {"status": "taken"}
    assert send(service, body, delivery="b").json() == {"status": "known"}


@pytest.mark.parametrize(
    "headers", [{"signature": "sha256=00"}, {"signature": ""}, {"timestamp": "1"}]
)
def test_what_is_not_genuine_is_refused(service: ServiceProcess, headers: dict[str, str]) -> None:
    answer = send(service, event(1, 1, "伪造"), **headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "signature_wrong"


def test_the_address_with_a_token(service: ServiceProcess) -> None:
    body = event(7, 53, "x", message_type="activity")
    for token, status in (("geheim", 200), ("falsch", 404), ("%ED%A0%80", 404)):
        address = f"{service.url}/chatwoot/webhook/{token}"
        assert httpx.post(address, json=body, trust_env=False).status_code == status


def test_broken_json_is_said(service: ServiceProcess) -> None:
    address = f"{service.url}/chatwoot/webhook/geheim"
    for raw in (b"", b"{", b'{"content": "\\ud800"}', b"[" * 5000):
        answer = httpx.post(address, content=raw, trust_env=False)
        assert (answer.status_code, answer.json()["code"]) == (400, "json_invalid")


def test_without_a_secret_nothing_is_received(tmp_path: Path, chatwoot: ChatwootServer) -> None:
    with answering(tmp_path, chatwoot, HUASHU_CHATWOOT_SECRET="") as started:
        answer = send(started, event(1, 1, "x"))
    assert (answer.status_code, answer.json()["code"]) == (404, "chatwoot_off")


def test_what_can_not_be_delivered_is_given_up_and_counted(
    service: ServiceProcess, server: ChatwootServer
) -> None:
    server.faults = [422]
    number = server.write(54, "退款")
    send(service, event(number, 54, "退款"))
    until = time.monotonic() + 20
    while time.monotonic() < until:
        metrics = httpx.get(f"{service.url}/metrics", trust_env=False).text
        if 'huashu_deliveries_total{kind="chatwoot",outcome="failed"} 1.0' in metrics:
            break
        time.sleep(0.1)
    else:
        raise AssertionError(metrics)
    assert server.notes(54) == []


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "x",
        {},
        {"event": "message_created"},
        event(1, 1, "x", message_type=True),
        event(1, 1, "x", message_type=False),
        event(1, 1, "x", message_type="template"),
        event(1, 1, "x", private=True),
        event(1, 1, "x", account=None),
        event(1, -4, "x"),
        event(1, 1, "x", id="1e3"),
        event(1, 1, " \n"),
    ],
    ids=str,
)
def test_what_is_none_of_ours(payload: object) -> None:
    assert isinstance(read_event(payload), NotOurs)


def test_ids_may_be_text_and_names_may_be_missing() -> None:
    found = read_event(event(1, 1, "x", id="12", account={"id": "3"}, sender=None))
    assert found == ChatMessage("incoming", 3, 1, 12, "x", "")


def test_a_signature_holds_for_its_time_and_body() -> None:
    signature = sign("s", "1000", b"{}")
    assert is_genuine("s", "1000", b"{}", signature, 1000.0)
    assert is_genuine("s", "1000", b"{}", signature, 1299.0)
    assert not is_genuine("s", "1000", b"{}", signature, 1301.0)
    assert not is_genuine("s", "1000", b"{} ", signature, 1000.0)
    assert not is_genuine("t", "1000", b"{}", signature, 1000.0)
    assert not is_genuine("s", "nan", b"{}", sign("s", "nan", b"{}"), 1000.0)
    assert not is_genuine("s", "1000", b"{}", "sha256=\ud800", 1000.0)
