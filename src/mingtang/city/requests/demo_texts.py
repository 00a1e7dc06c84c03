"""Invented sentences for the demo year: what residents of Mingzhou write and what units answer. No real place or person is
meant.
"""

from __future__ import annotations

import random

_PLACES = {
    "MZ-D1-S1": "望潮里小区",
    "MZ-D1-S2": "青石桥头",
    "MZ-D1-S3": "藕花苑",
    "MZ-D1-S4": "听雨坊",
    "MZ-D2-S1": "老渡口",
    "MZ-D2-S2": "盐仓新村",
    "MZ-D2-S3": "樟林花园",
    "MZ-D2-S4": "帆影广场",
    "MZ-D3-S1": "松风小区",
    "MZ-D3-S2": "半山路口",
    "MZ-D3-S3": "竹径家园",
    "MZ-D3-S4": "泉眼巷",
    "MZ-D4-S1": "创谷大道",
    "MZ-D4-S2": "银杏公寓",
    "MZ-D4-S3": "新桥菜场",
    "MZ-D4-S4": "星河湾",
    "MZ-D5-S1": "麦浪村口",
    "MZ-D5-S2": "陶窑老街",
    "MZ-D5-S3": "古井社区",
    "MZ-D5-S4": "石磨路",
    "MZ-D6-S1": "芦荡新苑",
    "MZ-D6-S2": "沙洲公园",
    "MZ-D6-S3": "灯塔路",
    "MZ-D6-S4": "潮汐小区",
}
# Weight, then the sentence; {place} is filled in.
_TEXTS: tuple[tuple[int, str], ...] = (
    (6, "{place}已经停水两天，居民做饭洗澡都没有水，请尽快恢复。"),
    (3, "{place}自来水发黄，有异味，不敢饮用。"),
    (4, "{place}昨晚开始停电，冰箱里的东西都坏了。"),
    (3, "{place}暖气不热，室温只有十五度，家里有老人。"),
    (1, "{place}楼道里有煤气味，怀疑燃气泄漏，请马上来人。"),
    (2, "{place}宽带三天没有信号，报修没人来。"),
    (8, "{place}物业不作为，垃圾没人清理，电梯广告倒是不少。"),
    (5, "{place}电梯经常停运，老人上下楼很困难。"),
    (5, "{place}地下车库车位被占，停车费还涨了。"),
    (3, "{place}开发商延期交房，一直没有说法。"),
    (3, "{place}外墙渗水，墙体有裂缝，多次反映没有解决。"),
    (2, "{place}旧小区改造，加装电梯什么时候开始？"),
    (7, "{place}路面坑洼，下雨天积水，骑车很危险。"),
    (7, "{place}有几盏路灯不亮，晚上走路看不清。"),
    (3, "{place}井盖松动，车压过去声音很大。"),
    (4, "{place}下水道堵塞，污水漫到路上，气味难闻。"),
    (4, "{place}树枝太长，挡住了红绿灯和窗户。"),
    (5, "{place}有人私搭乱建，占了公共通道，属于违章建筑。"),
    (5, "{place}流动摊贩占道经营，早上根本走不过去。"),
    (9, "{place}夜间施工，搅拌站噪音很大，孩子没法睡觉。"),
    (8, "{place}广场舞音响声音太大，晚上十点还在跳，噪音扰民。"),
    (5, "{place}楼下烧烤店油烟直排，窗户不敢开。"),
    (4, "{place}工地扬尘严重，阳台一层灰尘。"),
    (3, "{place}河道黑臭，有人偷排污水。"),
    (7, "{place}垃圾桶满了几天没人清运，蚊虫很多。"),
    (4, "{place}门口有人乱倒建筑垃圾，请处理。"),
    (4, "{place}公交车班次太少，上班等了四十分钟。"),
    (3, "{place}出租车拒载，司机态度恶劣。"),
    (6, "{place}路口违停严重，救护车都进不来。"),
    (4, "{place}红绿灯坏了，早高峰很乱。"),
    (3, "{place}附近小学入学名额怎么安排？学区划分不清楚。"),
    (2, "{place}幼儿园食堂卫生差，家长很担心。"),
    (5, "{place}工地拖欠工资，几十个农民工等着回家。"),
    (3, "{place}单位不签劳动合同，也不交社保。"),
    (3, "养老保险转移手续办了三个月没有结果，住在{place}。"),
    (3, "医保卡在{place}药店不能用，报销也慢。"),
    (4, "{place}健身房关门，预付卡不退款。"),
    (3, "{place}超市卖过期食品，请查处。"),
    (2, "{place}医院挂号排队太久，医生态度不好。"),
    (2, "{place}老鼠很多，希望灭鼠。"),
    (3, "{place}独居老人申请低保，材料交了没有回音。"),
    (2, "{place}盲道被电动车占满，轮椅也过不去。"),
    (3, "{place}楼道里电动车飞线充电，有火灾隐患。"),
    (2, "{place}流浪狗很多，孩子不敢下楼。"),
    (2, "{place}办事窗口让我跑了三次，每次要的证明不一样。"),
    (2, "建议在{place}增加一个公共厕所。"),
    (1, "{place}宅基地确权一直没有结果。"),
    (1, "有一件事想反映，请工作人员联系我。"),
    (3, "The street light at {place} has been out for two weeks."),
    (3, "There is a large pothole near {place}, cyclists fall."),
    (2, "Loud music from a bar at {place} every night after midnight."),
    (2, "Rubbish at {place} has not been collected for days."),
)
_REPLIES = (
    "您好，您反映的问题已经核实。我们已安排人员到现场处理，目前已经解决，感谢您的监督。",
    "您好，经现场查看，情况属实，已责成责任单位整改完毕，并将加强日常巡查。",
    "您好，我们已与您电话沟通，说明了处理办法和完成时间，维修已完成，请您查看。",
    "您好，该问题涉及多个单位，已牵头协调，目前处理完毕。如仍有问题请在确认时告诉我们。",
)


def draw(chance: random.Random) -> tuple[str, str, str]:
    """A text, the street it is about, and its language."""
    street = chance.choice(list(_PLACES))
    text = chance.choices([text for _, text in _TEXTS], weights=[weight for weight, _ in _TEXTS])[0]
    return text.format(place=_PLACES[street]), street, "en" if text.isascii() else "zh-hans"


def reply(chance: random.Random, category: str) -> str:
    """An answer of a unit."""
    return chance.choice(_REPLIES)
