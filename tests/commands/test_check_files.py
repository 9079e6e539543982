"""huashu check FILE…: the replies that a shop has, against its rules."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.commands.conftest import Huashu, Result, command, environment

BAD = "您加微信聊"
NAME = "你的名字叫什么"
AWAY = (
    "error [policy.away] “加微信” 不能引导客户到平台外联系。 可改为：请在平台内沟通。（出处：测试）"
)


def save(folder: Path, name: str, text: str, codec: str = "utf-8") -> None:
    (folder / name).write_bytes(text.encode(codec))


def save_workbook(path: Path, sheets: Mapping[str, list[list[str]]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def found(ended: Result) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(ended.out)
    return rows


# ---- what people read ------------------------------------------------------------------------


def test_lines_of_text(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "replies.txt", f"您好\n\n好的，{BAD}\n")
    ended = huashu("check", "replies.txt")
    assert ended.status == 1
    assert ended.out == f"replies.txt:3:5: {AWAY}\n检查了 1 个文件、2 条回复：1 处错误。\n"
    assert ended.err == ""


def test_a_clean_file(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "replies.md", "# 发货\n- 马上发\n")
    ended = huashu("check", "replies.md")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "检查了 1 个文件、2 条回复：没有问题。\n"


def test_a_table(huashu: Huashu, tmp_path: Path) -> None:
    with (tmp_path / "话术.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(
            [["场景", "回复"], ["加微信", "您好，\n请稍等"], ["发货", f"好的，\n{BAD}"]]
        )
    ended = huashu("check", "话术.csv")
    assert ended.status == 1
    assert ended.out.startswith(f"话术.csv 第 3 行“回复”: {AWAY}\n")
    assert ended.out.endswith("检查了 1 个文件、2 条回复：1 处错误。\n")
    assert ended.err == "话术.csv：检查“回复”。按 GB18030 编码读取。\n"
    named = huashu("check", "话术.csv", "--column", "场景")
    assert named.out.startswith(f"话术.csv 第 2 行“场景”: {AWAY}\n")
    assert named.err.startswith("话术.csv：检查“场景”。")


def test_a_workbook(huashu: Huashu, tmp_path: Path) -> None:
    sheets = {"一月": [["问", "答案"], ["发货", BAD]], "二月": [["回复"], ["好"], [BAD]]}
    save_workbook(tmp_path / "话术.xlsx", sheets)
    ended = huashu("check", "话术.xlsx")
    assert ended.status == 1
    assert [line.split(": ")[0] for line in ended.out.splitlines()[:-1]] == [
        "话术.xlsx “一月”第 2 行“答案”",
        "话术.xlsx “二月”第 3 行“回复”",
    ]
    assert ended.err == "话术.xlsx“一月”：检查“答案”。\n话术.xlsx“二月”：检查“回复”。\n"
    named = huashu("check", "话术.xlsx", "--column", "答案")
    assert "1 条回复：1 处错误" in named.out
    assert "话术.xlsx“二月”：没有这样的列，没有检查。" in named.err


def test_several_files_in_order_each_once(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "b.txt", BAD)
    save(tmp_path, "a.jsonl", json.dumps({"reply": BAD}))
    ended = huashu("check", "b.txt", "a.jsonl", "b.txt")
    places = [line.split(":")[0] for line in ended.out.splitlines()]
    assert places == ["b.txt", "a.jsonl 第 1 行“reply”", "检查了 2 个文件、2 条回复：2 处错误。"]


def test_warnings_do_not_fail(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "replies.txt", "这件宝贝很好")
    ended = huashu("check", "replies.txt", "--platform", "jd")
    assert ended.status == 0
    assert "replies.txt:1:3: warning [policy.jd_only] “宝贝”" in ended.out
    assert ended.out.endswith("：1 处警告。\n")
    assert "没有问题" in huashu("check", "replies.txt", "--platform", "taobao").out
    assert huashu("check", "replies.txt", "--platform", "京东").status == 2


def test_rewrites_are_suggestions(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "replies.txt", f"{NAME}\n{BAD}")
    assert "rewrite." not in huashu("check", "replies.txt").out
    ended = huashu("check", "replies.txt", "--rewrites")
    assert ended.status == 1
    assert ended.out.splitlines() == [
        f"replies.txt:1:1: suggestion [rewrite.name] “{NAME}” 用请求的口气。"
        " 可改为：请问您怎么称呼。（出处：测试）",
        f"replies.txt:2:2: {AWAY}",
        "检查了 1 个文件、2 条回复：1 处错误、1 条建议。",
    ]
    text = huashu("check", NAME, "--rewrites")
    assert (text.status, text.out.count("suggestion")) == (0, 1)


def test_signs_that_do_not_show_are_shown(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "replies.txt", "您加微\u200b信聊")
    assert "“加微·信”" in huashu("check", "replies.txt").out


# ---- standard input --------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_standard_input_one_reply_a_line(huashu: Huashu, codec: str) -> None:
    stdin = f"您好，商品已经发出了\r\n{BAD}\r\n".encode(codec)
    ended = huashu("check", "-", stdin=stdin)
    assert ended.status == 1
    assert ended.out == f"-:2:2: {AWAY}\n检查了 1 个文件、2 条回复：1 处错误。\n"


def test_empty_standard_input_is_not_clean(huashu: Huashu) -> None:
    assert "没有要检查的回复" in huashu("check", "-", stdin=b" \n").refused()


# ---- for programs ----------------------------------------------------------------------------


def test_json(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "a.txt", f"您好\n{BAD}")
    save(tmp_path, "b.csv", f'问,回复\n"一\n二",{BAD}')
    ended = huashu("check", "a.txt", "b.csv", "--json")
    assert ended.status == 1
    one, two = found(ended)
    wanted = {
        "file": "a.txt",
        "sheet": "",
        "row": 2,
        "heading": "",
        "line": 2,
        "column": 2,
        "rule_id": "policy.away",
        "severity": "error",
        "start": 1,
        "end": 4,
        "text": "加微信",
        "message": "不能引导客户到平台外联系。",
        "replacements": ["请在平台内沟通"],
        "source": "测试",
        "link": "",
    }
    assert one == one | wanted
    place = {"file": "b.csv", "row": 2, "heading": "回复", "line": 2, "column": None}
    assert two == one | place
    assert ended.err.endswith("检查了 2 个文件、3 条回复：2 处错误。\n")
    save(tmp_path, "a.txt", "您好")
    assert huashu("check", "a.txt", "--json").json() == []


def test_sarif(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "店").mkdir()
    save(tmp_path / "店", "a.txt", f"您好\n{BAD}")
    ended = huashu("check", "店/a.txt", "--sarif", "--rewrites")
    assert ended.status == 1
    log = json.loads(ended.out)
    (run,) = log["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules.keys() == {"policy.away", "policy.jd_only", "rewrite.name"}
    assert rules["policy.away"]["shortDescription"]["text"] == "引导站外"
    assert rules["rewrite.name"]["defaultConfiguration"]["level"] == "note"
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("policy.away", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "%E5%BA%97/a.txt"
    assert place["region"] == {"startLine": 2, "startColumn": 2}


def test_github(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "a.csv", f'问,回复\n"一\n二",{BAD}\n三,{BAD}')
    ended = huashu("check", str(tmp_path / "a.csv"), "--github")
    assert ended.status == 1
    one, two = ended.out.splitlines()
    assert one.startswith(
        "::error file=a.csv,line=2,col=1,title=policy.away::第 2 行“回复”：“加微信” 不能"
    )
    assert two.startswith("::error file=a.csv,line=4,col=1,title=policy.away::第 3 行“回复”：")
    save(tmp_path, "a.csv", "回复\n好")
    assert huashu("check", "a.csv", "--github").out == ""


# ---- text or file ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere.txt", "找不到文件"),
        ("请看nowhere.XLSX", "找不到文件"),
        ("nowhere.xls", "找不到文件"),
        ("old.xls", "读不了“.xls”文件"),
        ("说明", "读不了没有后缀的文件"),
        ("book", "是文件夹"),
        ("book/book.yaml", "huashu lint"),
    ],
)
def test_what_looks_like_a_file_is_never_taken_for_a_text(
    huashu: Huashu, tmp_path: Path, name: str, says: str
) -> None:
    for there in ("old.xls", "说明"):
        save(tmp_path, there, BAD)
    told = huashu("check", name).refused()
    assert told.startswith(f"{name}：")
    assert says in told


def test_text_and_files_are_not_mixed(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "a.txt", "好")
    assert "“您好”不是文件" in huashu("check", "a.txt", "您好").refused()
    for option in (("--column", "回复"), ("--github",)):
        assert "只用于文件" in huashu("check", "您好", *option).refused()


@pytest.mark.parametrize("text", ["链接是 https://www.example.com/a.html", "长" * 300, ""])
def test_a_text_stays_a_text(huashu: Huashu, text: str) -> None:
    ended = huashu("check", text)
    assert (ended.status, ended.out) == (0, "没有问题。\n")


# ---- files that can not be read --------------------------------------------------------------


def test_nothing_is_half_done(huashu: Huashu, tmp_path: Path) -> None:
    """Of several files with a broken one nothing is printed; every broken one is named."""
    save(tmp_path, "good.txt", BAD)
    save(tmp_path, "bad.csv", '回复\n"好')
    save(tmp_path, "bad.jsonl", '{"reply": "好"}\n{')
    save(tmp_path, "bad.xlsx", "PK")
    told = huashu("check", "good.txt", "bad.csv", "bad.jsonl", "bad.xlsx", "none.txt").refused()
    for says in (
        "bad.csv：第 2 行起引号不成对",
        "bad.jsonl：每行应为一个 JSON 对象。\n第 2 行不是合法的 JSON。",
        "bad.xlsx：文件已损坏，或不是 XLSX 表格。",
        "none.txt：找不到文件。",
    ):
        assert says in told
    assert told.count("［table.") == 4


def test_an_empty_file_among_others_is_told(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "empty.txt", "\n")
    save(tmp_path, "a.txt", "好")
    ended = huashu("check", "empty.txt", "a.txt")
    assert ended.status == 0
    assert "empty.txt：文件里没有内容。" in ended.err
    assert "文件里没有内容" in huashu("check", "empty.txt").refused()


def test_a_column_that_no_sheet_has(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "a.csv", "问,答\n一,二")
    told = huashu("check", "a.csv", "--column", "回复").refused()
    assert "没有“回复”这一列。有的列是“问”、“答”。" in told


# ---- many ------------------------------------------------------------------------------------


def test_progress_on_a_terminal(huashu: Huashu, tmp_path: Path) -> None:
    save(tmp_path, "many.txt", "您好，请稍等\n" * 2_000 + BAD)
    reader, writer = pty.openpty()
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            command("check", "many.txt"),
            cwd=tmp_path,
            env=environment(tmp_path),
            stdout=out,
            stderr=writer,
        )
    os.close(writer)
    drawn = b""
    while chunk := _read(reader):
        drawn += chunk
    os.close(reader)
    assert process.wait() == 1
    assert "/2001" in drawn.decode()
    assert (tmp_path / "out").read_text("utf-8").splitlines() == [
        f"many.txt:2001:2: {AWAY}",
        "检查了 1 个文件、2001 条回复：1 处错误。",
    ]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""
