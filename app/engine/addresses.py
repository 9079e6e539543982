"""Finds Chinese postal addresses: pure, linear, without a gazetteer.

A text is cut once into parts such as 浙江省 | 杭州市 | 西湖区 | 文三路 | 123号 | 5栋 | 601, each a
name of bounded length and its suffix; neighbouring parts form a chain; a chain that leads to
somebody's door is an address. A region alone (「发到浙江省杭州市要几天」) is none: it says where
parcels go, not where someone lives, and the journal needs it to learn from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# No place name holds these; they end what stands before one (「麻烦寄到」, 「我家住在」).
_NEVER = "到在是寄送至往给住我你您他她它们咱的了请麻烦址叫吗呢吧啊哪怎么什为"
_NAME = rf"(?:(?![{_NEVER}])[\u4e00-\u9fff])"
_DIGIT = "[0-9零〇一二三四五六七八九十百]"
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|"
    "广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_CITIES = (
    "广州|深圳|杭州|南京|苏州|成都|武汉|西安|长沙|郑州|青岛|济南|宁波|无锡|合肥|福州|厦门|泉州|东莞|"
    "佛山|中山|珠海|惠州|温州|金华|义乌|台州|嘉兴|绍兴|常州|南通|徐州|扬州|昆明|贵阳|南宁|海口|三亚|"
    "沈阳|大连|长春|哈尔滨|石家庄|保定|唐山|太原|兰州|西宁|银川|乌鲁木齐|呼和浩特|拉萨|南昌|洛阳|烟台"
)
_REGION = "特别行政区|自治区|自治州|自治县|地区|开发区|新区|省|市|区|县|旗"
_TOWN = "街道|镇|乡|村|屯"
_STREETS = "大道|大街|胡同|公路|路|街|巷"
_STREET = f"(?:{_STREETS})(?:[东南西北中]?[一二三四五六七八九十]?段)?"
_SITE = (
    "小区|花园|公寓|大厦|广场|家园|花苑|家属院|宿舍|大学|学院|中学|小学|医院|工业园|产业园|"
    "科技园|创业园|写字楼|驿站|快递柜|中心|国际"
)
_DOOR = "号楼|号院|单元|栋|幢|座|弄|号|楼|层|室|房|组|队"
_PART = re.compile(
    rf"(?P<door>[A-Za-z](?:座|栋|区)|[A-Za-z]?{_DIGIT}{{1,6}}(?:-[0-9]{{1,5}}){{0,3}} ?(?:{_DOOR}))"
    rf"|(?P<bare>(?:{_PROVINCES})(?:省|市)?)"
    rf"|(?P<name>{_NAME}{{0,12}}?)"
    rf"(?:(?P<site>{_SITE})|(?P<town>{_TOWN})|(?P<street>{_STREET})|(?P<region>{_REGION}))"
)
# Words only, without groups or classes: `re` then looks for their first characters at once.
_HINT = re.compile(f"{_TOWN}|{_STREETS}|{_SITE}|栋|幢|座|单元|室|号")
# Every part ends in one of these, and no address is a single part.
_SUFFIX = re.compile(f"{_REGION}|{_TOWN}|{_STREETS}|{_SITE}|{_DOOR}|{_PROVINCES}|座|栋|区")
_KNOWN = re.compile(f"{_PROVINCES}|{_CITIES}")
_LEADING = re.compile("(?:收货|收件|地|改成|换成|变成|改|换|发货|发|邮|快递|人){1,4}")
_BETWEEN = re.compile(r"[ ,、·/-]{0,2}")
_LAST_NUMBER = re.compile(r"[ -]?[0-9]{2,5}(?:-[0-9]{1,5})?(?![0-9])")


def find_addresses(plain: str) -> Iterator[tuple[int, int]]:
    """The spans of addresses in order. `plain` has half-width digits, letters and punctuation."""
    if not _HINT.search(plain) or len(_SUFFIX.findall(plain)) < 2:
        return
    chain: list[re.Match[str]] = []
    for part in _PART.finditer(plain):
        if chain and not _follows(plain, chain[-1], part):
            yield from _address(plain, chain)
            chain = []
        if chain or part["name"] != "":
            chain.append(part)
    yield from _address(plain, chain)


def _follows(plain: str, before: re.Match[str], part: re.Match[str]) -> bool:
    return _BETWEEN.fullmatch(plain, before.end(), part.start()) is not None


def _address(plain: str, chain: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    if not chain or not _leads_to_a_door(chain):
        return
    end = chain[-1].end()
    if chain[-1]["door"] or chain[-1]["street"]:
        number = _LAST_NUMBER.match(plain, end)
        end = number.end() if number else end
    yield _begin(plain, chain[0]), end


def _leads_to_a_door(chain: list[re.Match[str]]) -> bool:
    kinds = "".join(_kind(part) for part in chain)
    regions, doors = kinds.count("r"), kinds.count("n") + kinds.count("h")
    places = sum(kinds.count(kind) for kind in "stc")
    return (
        (regions >= 1 and places >= 1 and doors >= 1)
        or (regions >= 2 and (doors >= 1 or "s" in kinds or "c" in kinds))
        or (regions >= 1 and kinds.count("t") >= 2)  # 郧西县城关镇民联村
        or "sn" in kinds  # 文三路123号
        or "sh" in kinds
        or "ch" in kinds  # 阳光小区5栋, but not 小区3号
        or (places >= 1 and doors >= 2)
        or (doors >= 2 and kinds.count("h") >= 1)  # 5栋2单元601
    )


def _kind(part: re.Match[str]) -> str:
    """r region, t town, s street, c site, n number of a house, h of a building or a flat.

    A suffix without a name (「省市县镇」) is none of them.
    """
    if part["door"]:
        return "h" if re.search("栋|幢|座|单元|室|号楼|号院", part["door"]) else "n"
    if part["name"] == "" and (part["region"] or part["town"]):
        return "-"
    if part["bare"] or part["region"]:
        return "r"
    return "s" if part["street"] else "t" if part["town"] else "c"


def _begin(plain: str, first: re.Match[str]) -> int:
    """Leaves out what runs into the first name: 「改成」, 「帮忙发」 before a known city."""
    if first["door"] or first["bare"]:
        return first.start()
    known = _KNOWN.search(plain, first.start(), first.end())
    if known:
        return known.start()
    leading = _LEADING.match(plain, first.start(), first.end("name") - 1)
    return leading.end() if leading else first.start()
