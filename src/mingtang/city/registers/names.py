"""Words from which invented people, firms and places of Mingzhou are named. No real person, firm or place is meant."""

from __future__ import annotations

SURNAMES = tuple(
    "季殷卓柳甘冉宁闻祝庄奚褚莫贺洛简林顾沈陶温何许梁蒋邵段侯龙万石尹黎易武乔赖龚文庞樊兰施洪翟安颜倪严牛苏程魏吕丁任卢姚钟姜崔谭陆范汪廖石贾韦夏付方邹熊白孟秦江薛叶阎潘雷"
)
GIVEN = tuple(
    "亦桥禾砚舟宜朗榆蓝恒悦知澄岚棠屿晚秋满伯年青岩云帆书言景行初晴望舒若谷清和子墨予安星河半夏听松采薇南乔北辰明远怀瑾守拙思齐乐山静姝向晚念慈之遥有容"
)
FIRM_MARKS = tuple("望舟青禾云岫松涛芦荡星河潮生砚田石磨桐荫鹭洲海棠藕塘盐仓渡头灯塔泉眼竹径麦浪古井陶窑银杏创谷新桥听雨半山")
TRADES = (
    ("软件", "software"),
    ("贸易", "retail"),
    ("餐饮管理", "catering"),
    ("信息咨询", "consulting"),
    ("文化传播", "culture"),
    ("建筑工程", "building"),
    ("机械制造", "manufacturing"),
    ("物流", "transport"),
)
ROADS = (
    "青石路",
    "渡头巷",
    "盐仓街",
    "樟林道",
    "帆影路",
    "松风路",
    "半山街",
    "竹径",
    "泉眼巷",
    "创谷大道",
    "银杏路",
    "新桥街",
    "星河路",
    "麦浪路",
    "陶窑街",
    "古井巷",
    "石磨路",
    "芦荡路",
    "沙洲路",
    "灯塔街",
    "潮汐路",
    "望潮路",
    "藕塘街",
    "听雨巷",
)
STREETS = tuple(f"MZ-D{district}-S{street}" for district in range(1, 7) for street in range(1, 5))
