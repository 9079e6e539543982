from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.engine.personal_data import LABELS, PersonalData, find, mask

# GB 11643-1999's own example, and test numbers of card schemes.
LinesRun = Callable[[Callable[[], object]], int]
ID_CARDS = ("11010519491231002X",)
BANK_CARDS = ("6222021234567890128", "4111111111111111", "5555555555554444")


def kinds(text: str) -> list[str]:
    return [place.kind for place in find(text)]


def luhn(body: str) -> str:
    """The body with its check digit (ISO/IEC 7812-1)."""
    total = sum(sum(divmod(int(digit) * (2 - i % 2), 10)) for i, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


def id_card(body: str) -> str:
    """The 17 digits with their check character (ISO 7064 MOD 11-2)."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - remainder) % 11]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("手机13812345678", "手机〔手机号〕"),
        ("+86 138 1234 5678谢谢", "〔手机号〕谢谢"),
        ("0086-13812345678", "〔手机号〕"),
        ("（＋８６）１３８－１２３４－５６７８", "〔手机号〕"),
        ("打138-1234-5678或139 1234 5678", "打〔手机号〕或〔手机号〕"),
        ("13812345678 13912345678", "〔手机号〕 〔手机号〕"),
        ("٠١٣٨", "٠١٣٨"),
        ("𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "〔手机号〕"),
        ("021-62345678", "〔电话〕"),
        ("(0571)88888888转801", "〔电话〕"),
        ("+86 21 6234 5678", "〔电话〕"),
        ("身份证11010519491231002X", "身份证〔身份证号〕"),
        ("110105 19491231 002x", "〔身份证号〕"),
        ("１１０１０５１９４９１２３１００２Ｘ", "〔身份证号〕"),
        ("110105194912310021", "〔订单号〕"),
        ("卡6222021234567890128，", "卡〔银行卡号〕，"),
        ("4111 1111 1111 1111", "〔银行卡号〕"),
        ("4111-1111-1111-1111 3件", "〔银行卡号〕 3件"),
        ("4111 1111 1111 1112", "〔订单号〕"),
        ("zhang.san+a@mail.example.com.cn。", "〔邮箱〕。"),
        ("邮箱123456789012@qq.com", "邮箱〔邮箱〕"),
        ("ａｂｃ＠ｑｑ．ｃｏｍ", "〔邮箱〕"),
        ("订单号123456789012呢", "订单号〔订单号〕呢"),
        ("订单230101-123456789012345", "订单〔订单号〕"),
        ("SF1234567890123", "SF〔订单号〕"),
        ("1" * 30, "〔订单号〕"),
        ("请拨13812345678，身份证11010519491231002X", "请拨〔手机号〕，身份证〔身份证号〕"),
    ],
)
def test_numbers_and_mail_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("寄到浙江省杭州市西湖区文三路123号5栋601，谢谢", "寄到〔地址〕，谢谢"),
        ("改成浙江省 杭州市 西湖区 翠苑街道 文三路 478号 B座 1203室", "改成〔地址〕"),
        ("收货地址改成西湖区文三路12号", "收货地址改成〔地址〕"),
        ("我住在阳光小区5栋2单元601", "我住在〔地址〕"),
        ("北京市朝阳区建国路93号院", "〔地址〕"),
        ("四川省成都市武侯区天府大道北段1700号环球中心E1座12楼1203", "〔地址〕"),
        ("帮忙发广东省深圳市南山区粤海街道科技园路8号", "帮忙发〔地址〕"),
        ("5栋2单元601室", "〔地址〕"),
        ("河北省石家庄市正定县李家村三组12号", "〔地址〕"),
        ("江苏省启东市汇龙镇民胜小区", "〔地址〕"),
        ("郧西县城关镇民联村的", "〔地址〕的"),
    ],
)
def test_addresses_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "发到浙江省杭州市要几天",
        "今天3号发货吗，走路5分钟",
        "我在小区门口，这个城市的路很堵",
        "农村5号能到吗",
        "我要两件5号的",
        "乡镇县城能送吗，市区包邮吗",
        "怎么没有出现省市县镇",
        "重庆洋人街，好玩吗",
        "铜仁市步行街",
        "佛山市南海区桂城街道能送吗",
        "快递一路顺风",
        "15天 2024-01-01 12:00:00",
        "价格1000 2000 3000",
        "订单尾号5678",
        "12345678901",
        "400-820-8820",
        "艾特@我",
        "a@b",
        "7天无理由还是15天",
        "",
    ],
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert find(text) == ()
    assert mask(text) == text


def test_places_are_code_points_of_the_text() -> None:
    text = "😀１３８１２３４５６７８😀"
    assert find(text) == (PersonalData("mobile", 1, 12),)


TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("0123456789１３８+-－ @.Xx转号市区路栋室单元杭州北京中在〔〕\x00\ud800"),
    ),
    max_size=120,
)


@given(TEXTS)
@example("\ud800\x0013812345678\udfff")
@example("138\x0012345678")
def test_any_text_is_taken_and_places_are_exact(text: str) -> None:
    places = find(text)
    end = 0
    for place in places:
        assert end <= place.start < place.end <= len(text)
        end = place.end
    masked = mask(text)
    rest = sum(place.end - place.start for place in places)
    labels = sum(len(LABELS[place.kind]) for place in places)
    assert len(masked) == len(text) - rest + labels


@given(TEXTS)
@settings(max_examples=300)
def test_masking_again_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


WORDS = st.text(alphabet="我的是，谢谢亲麻烦？！ \n", max_size=10)


@given(WORDS, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), WORDS, st.data())
def test_every_mobile_number_is_found(
    before: str, number: str, after: str, data: st.DataObject
) -> None:
    prefix = data.draw(st.sampled_from(["", "+86", "+86 ", "0086-", "86 ", "（+86）"]))
    gap = data.draw(st.sampled_from(["", " ", "-", "－", "\u3000"]))
    written = prefix + gap.join((number[:3], number[3:7], number[7:]))
    if data.draw(st.booleans()):
        written = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in written)
    found = find(before + written + after)
    assert found == (PersonalData("mobile", len(before), len(before) + len(written)),)


@given(
    st.from_regex(r"[1-6][1-9][0-9]{4}", fullmatch=True),
    st.dates(),
    st.from_regex(r"[0-9]{3}", fullmatch=True),
)
def test_every_id_card_is_found_and_a_wrong_digit_is_not(
    area: str, born: object, serial: str
) -> None:
    number = id_card(area + str(born).replace("-", "") + serial)
    assert kinds(f"身份证{number}。") == ["id_card"]
    wrong = number[:16] + str((int(number[16]) + 1) % 10) + number[17]
    assert "id_card" not in kinds(f"身份证{wrong}。")
    assert mask(wrong) != wrong


@given(st.from_regex(r"6[0-9]{14,17}", fullmatch=True))
def test_every_bank_card_is_found(body: str) -> None:
    number = luhn(body)
    assert kinds(number) in (["bank_card"], ["id_card"])


@given(st.from_regex(r"[0-9]{12,22}", fullmatch=True))
def test_every_long_number_is_masked_whole(number: str) -> None:
    (place,) = find(f"单号{number}。")
    assert (place.start, place.end) == (2, 2 + len(number))


@pytest.mark.parametrize("number", [*ID_CARDS, *BANK_CARDS])
def test_known_numbers_have_right_check_digits(number: str) -> None:
    assert number == (id_card(number[:17]) if number in ID_CARDS else luhn(number[:-1]))


@pytest.mark.parametrize(
    "piece",
    [
        "市区路号",
        "a",
        "a@",
        "1 ",
        "138",
        "1-",
        "中",
        "a.a@a.",
        "文三路1号",
        "0",
        "+86",
        "路",
        "1号",
        "省",
    ],
)
def test_work_grows_in_step_with_length(piece: str, lines_run: LinesRun) -> None:
    part, whole = ((piece * length)[:length] for length in (2_500, 10_000))
    find(part)
    least = max(lines_run(lambda: find(part)), 2_000)
    assert lines_run(lambda: find(whole)) <= 5 * least


@pytest.mark.parametrize(
    "said", ["订单号：4111111111111111", "订单 4111111111111111", "運單號是4111111111111111"]
)
def test_what_is_called_an_order_is_no_card(said: str) -> None:
    assert kinds(said) == ["order_number"]
    assert kinds(said.replace("订单", "卡").replace("運單", "卡")) == ["bank_card"]
