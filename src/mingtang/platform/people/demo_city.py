"""The units of the fictional city of Mingzhou (明州): data of the demo, no real place is meant.

Codes: ``MZ`` the city, ``MZ-D1`` a district, ``MZ-D1-S1`` a street office, ``MZ-WATER`` an agency or a utility.
"""

from __future__ import annotations

CITY = ("MZ", "明州市人民政府", "Mingzhou City Government")

# District: (name, English name), then its streets.
DISTRICTS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("鉴湖区", "Jianhu District", (
        ("望潮街道", "Wangchao Street"), ("青石街道", "Qingshi Street"), ("藕塘街道", "Outang Street"), ("听雨街道", "Tingyu Street"))),
    ("东埠区", "Dongbu District", (
        ("渡头街道", "Dutou Street"), ("盐仓街道", "Yancang Street"), ("樟林街道", "Zhanglin Street"), ("帆影街道", "Fanying Street"))),
    ("云岫区", "Yunxiu District", (
        ("松风街道", "Songfeng Street"), ("半山街道", "Banshan Street"), ("竹径街道", "Zhujing Street"), ("泉眼街道", "Quanyan Street"))),
    ("临川新区", "Linchuan New District", (
        ("创谷街道", "Chuanggu Street"), ("银杏街道", "Yinxing Street"), ("新桥街道", "Xinqiao Street"), ("星河街道", "Xinghe Street"))),
    ("南塬区", "Nanyuan District", (
        ("麦浪街道", "Mailang Street"), ("陶窑街道", "Taoyao Street"), ("古井街道", "Gujing Street"), ("石磨街道", "Shimo Street"))),
    ("白鹭区", "Bailu District", (
        ("芦荡街道", "Ludang Street"), ("沙洲街道", "Shazhou Street"), ("灯塔街道", "Dengta Street"), ("潮汐街道", "Chaoxi Street"))),
)

AGENCIES: tuple[tuple[str, str, str], ...] = (
    ("MZ-CIVIL", "明州市民政局", "Civil Affairs Bureau"),
    ("MZ-CULTURE", "明州市文化广电旅游局", "Culture and Tourism Bureau"),
    ("MZ-ECOLOGY", "明州市生态环境局", "Ecology and Environment Bureau"),
    ("MZ-EDUCATION", "明州市教育局", "Education Bureau"),
    ("MZ-HEALTH", "明州市卫生健康委员会", "Health Commission"),
    ("MZ-HOUSING", "明州市住房和城乡建设局", "Housing and Construction Bureau"),
    ("MZ-INSURANCE", "明州市医疗保障局", "Health Insurance Office"),
    ("MZ-LABOUR", "明州市人力资源和社会保障局", "Labour and Social Security Bureau"),
    ("MZ-MARKET", "明州市市场监督管理局", "Market Regulation Bureau"),
    ("MZ-PARKS", "明州市园林绿化局", "Parks and Greenery Bureau"),
    ("MZ-PLANNING", "明州市自然资源和规划局", "Planning and Natural Resources Bureau"),
    ("MZ-POLICE", "明州市公安局", "Police"),
    ("MZ-RURAL", "明州市农业农村局", "Agriculture and Rural Affairs Bureau"),
    ("MZ-SAFETY", "明州市应急管理局", "Emergency Management Bureau"),
    ("MZ-SERVICE", "明州市政务服务局", "Government Service Bureau"),
    ("MZ-TAX", "明州市税务局", "Tax Bureau"),
    ("MZ-TRANSPORT", "明州市交通运输局", "Transport Bureau"),
    ("MZ-URBAN", "明州市城市管理局", "Urban Management Bureau"),
)

UTILITIES: tuple[tuple[str, str, str], ...] = (
    ("MZ-GAS", "明州燃气公司", "Mingzhou Gas"),
    ("MZ-HEAT", "明州热力公司", "Mingzhou Heat"),
    ("MZ-POWER", "明州供电公司", "Mingzhou Power"),
    ("MZ-TELECOM", "明州通信公司", "Mingzhou Telecom"),
    ("MZ-WATER", "明州自来水公司", "Mingzhou Water"),
)

# Syllables for the names of invented officials: (Chinese, pinyin).
SURNAMES = (("季", "Ji"), ("殷", "Yin"), ("卓", "Zhuo"), ("柳", "Liu"), ("甘", "Gan"), ("冉", "Ran"), ("宁", "Ning"), ("闻", "Wen"),
            ("祝", "Zhu"), ("庄", "Zhuang"), ("奚", "Xi"), ("褚", "Chu"), ("莫", "Mo"), ("贺", "He"), ("洛", "Luo"), ("简", "Jian"))
GIVEN = (("亦", "Yi"), ("桥", "Qiao"), ("禾", "He"), ("砚", "Yan"), ("舟", "Zhou"), ("宜", "Yi"), ("朗", "Lang"), ("榆", "Yu"),
         ("蓝", "Lan"), ("恒", "Heng"), ("悦", "Yue"), ("知", "Zhi"), ("澄", "Cheng"), ("岚", "Lan"), ("棠", "Tang"), ("屿", "Yu"))


def units() -> list[tuple[str, str, str, str, str]]:
    """Every unit as (code, kind, name_zh, name_en, parent), parents first."""
    city = CITY[0]
    listed = [(city, "city", CITY[1], CITY[2], "")]
    for number, (zh, en, streets) in enumerate(DISTRICTS, 1):
        district = f"{city}-D{number}"
        listed.append((district, "district", zh, en, city))
        listed += [(f"{district}-S{place}", "street", *names, district) for place, names in enumerate(streets, 1)]
    listed += [(code, "agency", zh, en, city) for code, zh, en in AGENCIES]
    listed += [(code, "utility", zh, en, city) for code, zh, en in UTILITIES]
    return listed


def name(number: int) -> tuple[str, str]:
    """The invented name of official ``number``: Chinese and in pinyin, the same each time."""
    surname = SURNAMES[number % 16]
    first, second = GIVEN[number // 16 % 16], GIVEN[(number // 256 + number * 7 + 3) % 16]
    return surname[0] + first[0] + second[0], f"{surname[1]} {first[1]}{second[1].lower()}"
