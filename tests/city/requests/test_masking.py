"""Masking: each kind of identifier in both languages, what must stay readable, hostile texts, and real messages."""

from __future__ import annotations

import re
import string
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.city.requests.masking import MARK, mask

HIDDEN = [
    ("我叫季禾，今年三十岁", "季禾", "name"),
    ("请联系王老师或者欧阳明先生", "欧阳明", "name"),
    ("感谢李晓芸女士的帮助", "李晓芸", "name"),
    ("于是张经理说不管", "张", "name"),
    ("姓名：阿依古丽，女", "阿依古丽", "name"),
    ("联系人：周小舟 电话见后", "周小舟", "name"),
    ("村民刘大海，多次反映", "刘大海", "name"),
    ("我是业主，姓陈", "陈", "name"),
    ("王总答应过的", "王", "name"),
    ("Please ask Mr. Smith about it", "Smith", "name"),
    ("Dr Anna Maria Lopez refused", "Anna Maria Lopez", "name"),
    ("My name is John Brown and I live here", "John Brown", "name"),
    ("I am Mary Miller, a resident", "Mary Miller", "name"),
    ("my neighbour Peter shouts", "Peter", "name"),
    ("手机13800000000", "13800000000", "phone"),
    ("手机 138-0000-0000 联系", "138-0000-0000", "phone"),
    ("手机１３８００００００００", "１３８００００００００", "phone"),
    ("打一三八零零零零零零零零", "一三八零零零零零零零零", "phone"),
    ("打幺三八零零零零〇〇〇〇", "幺三八零零零零〇〇〇〇", "phone"),
    ("1 3 8 - 0 0 0 0 - 0 0 0 0", "0 0 0 0", "phone"),
    ("+86 138 0000 0000", "138 0000 0000", "phone"),
    ("座机0574-87654321转802", "87654321", "phone"),
    ("座机（0574）8765 4321", "8765 4321", "phone"),
    ("电话：87654321", "87654321", "phone"),
    ("热线400-800-1234", "400-800-1234", "phone"),
    ("call me at 555-010-1234", "555-010-1234", "phone"),
    ("call +44 20 7946 0958 please", "7946 0958", "phone"),
    ("身份证11010519491231002X", "11010519491231002X", "id_card"),
    ("身份证 110105 19491231 002X 号", "19491231", "id_card"),
    ("老证110105491231002", "110105491231002", "id_card"),
    ("证号110105194912310021写错一位", "110105194912310021", "id_card"),
    ("卡号 6222 0212 3456 7890 128", "7890", "bank_card"),
    ("户号：330200123456", "330200123456", "number"),
    ("护照E12345678", "E12345678", "passport"),
    ("车牌浙B·12345违停", "浙B·12345", "plate"),
    ("浙BD12345停在盲道", "浙BD12345", "plate"),
    ("license plate 7ABC123 blocks the drive", "7ABC123", "plate"),
    ("发到 ji.he+1@example.org 吧", "ji.he+1@example.org", "email"),
    ("ji＠example．org", "example", "email"),
    ("ji(at)example.org", "example.org", "email"),
    ("微信号：jihe_2020", "jihe_2020", "messenger"),
    ("加V信 jihe2020 说", "jihe2020", "messenger"),
    ("QQ：12345678", "12345678", "messenger"),
    ("WeChat id: jihe_2020", "jihe_2020", "messenger"),
    ("住青石路12号3栋2单元502室", "12号3栋2单元502室", "address"),
    ("藕花苑12号楼三单元五楼", "12号楼三单元五楼", "address"),
    ("星河湾A座1203", "A座1203", "address"),
    ("听雨坊3-2-501漏水", "3-2-501", "address"),
    ("麦浪村5组", "5组", "address"),
    ("at 23 Maple Street, apt 4B", "4B", "address"),
    ("2111 W BELLEVUE AVE, 90026", "2111", "address"),
    ("we live at 23 maple street", "23", "address"),
    ("flat 12, block C", "12", "address"),
]
KEPT = [
    "小区共12栋楼都停水了", "项目经理和物业经理都不管", "感谢老师，对方经理，前任书记", "任何老师都可以", "自2019-04-25起停水三天", "2号线地铁4号口", "每平米5000元，共200万元",
    "诉求编号 MZ26-7KQ4M2XD", "总共三百多户，工作人员说等通知", "请拨打12345或110", "20190425那天开始的", "第三小学二年级五班", "3个月没有解决，影响5000人",
    "The street light at Maple Street has been out for 2 weeks", "Bus 12 is late every day since 2026-03-02", "There are 3 potholes near the school", "Please send someone",
]


@pytest.mark.parametrize(("text", "secret", "kind"), HIDDEN)
def test_identifiers_are_masked(text, secret, kind):
    """An identifier of each kind and shape is gone from the text, and its kind is told."""
    masked = mask(text)
    assert secret not in masked.text
    assert MARK in masked.text
    assert kind in masked.found


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_sentences_stay(text):
    """What identifies nobody stays as it is."""
    assert mask(text).text == text


@given(st.text(alphabet=string.digits, min_size=9, max_size=9), st.sampled_from("3456789"), st.sampled_from(["", " ", "-", "－", ".", "\u200b", " - ", "·"]))
def test_every_mobile_number_however_spaced(rest, second, between):
    """A mobile number is masked with any of the usual signs between any of its digits."""
    number = between.join("1" + second + rest)
    masked = mask(f"请打{number}，谢谢")
    assert masked.text == f"请打{MARK}，谢谢"


@given(st.text(max_size=300))
def test_any_text_is_taken(text):
    """No text makes masking fail, and nothing but marks is added."""
    masked = mask(text)
    rest = iter(text)
    assert all(any(sign == other for other in rest) for sign in masked.text.replace(MARK, "")) or MARK in text


@pytest.mark.parametrize("text", ["1" * 20_000, "1 " * 10_000, "a@" * 10_000, "王" * 20_000, "3栋" * 10_000, "1-" * 10_000, "(" * 20_000, "Mr " * 7_000, "A 1 B " * 3_000,
                                  "路1" * 10_000, "微信" * 10_000, "我叫王" * 7_000, "@a." * 7_000, "at 1 " + "aa " * 7_000, "一" * 20_000, "QQ:" * 7_000])
def test_time_is_linear_on_hostile_texts(text):
    """Four times the text takes about four times as long, not sixteen."""
    def cost(size: int) -> float:
        begin = time.process_time()
        for _ in range(3):
            mask(text[:size])
        return time.process_time() - begin

    quarter, whole = min(cost(5_000) for _ in range(3)), cost(20_000)
    assert whole < 10 * quarter + 0.05


def test_nothing_identifies_in_real_messages(shared_data):
    """In 1,600 real messages independent patterns find almost nothing after masking of what they found before."""
    import openpyxl

    book = openpyxl.load_workbook(shared_data / "requests" / "messages-with-replies.xlsx", read_only=True)
    top = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊孟秦邱江尹"
    checks = {
        "name": re.compile(rf"(?:^|[^一-龥]|[的和找是叫问请与跟位])[{top}][一-龥]{{0,2}}?(?:先生|女士|小姐|老师|师傅|医生|校长|院长|书记|市长|局长|经理|主任|警官|律师)"),
        "introduced": re.compile(r"我叫[一-龥]{2,3}[^一-龥]"),
        "phone": re.compile(r"(?<![\d-])\d{3,4}-\d{7,8}(?!\d)"),
        "mobile": re.compile(r"1[3-9]\d{9}"),
        "house": re.compile(r"\d+栋\d|\d+单元|\d{3,4}室|\d+号楼"),
        "mail": re.compile(r"[a-z0-9]@[a-z0-9]+\.\w"),
    }
    before, after = Counter(), Counter()
    for row in list(book.worksheets[0].iter_rows(values_only=True))[1:]:
        for text in (row[4] or "", row[5] or ""):
            masked = mask(text).text
            for kind, pattern in checks.items():
                before[kind] += len(pattern.findall(text))
                after[kind] += len(pattern.findall(masked))
    book.close()
    assert before["name"] > 150 and before["phone"] > 300
    for kind in checks:
        assert after[kind] <= 0.02 * before[kind] + 1, (kind, before[kind], after[kind])
