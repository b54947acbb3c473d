"""Surnames, given names, posts, ages and lists for the invented people."""

from __future__ import annotations

_COMMON = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
_RARER = "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万"
SURNAMES = (*_COMMON, *_RARER, "欧阳", "司徒", "上官")

_MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞波斌宇浩凯健俊帆志远建国文博海峰子轩天宇嘉诚晓东立新永康德胜"
_FEMALE = "芳娜敏静丽艳娟霞秀兰燕玲桂英萍红玉梅琳婷雪慧莹洁晶倩颖佳怡欣悦思琪雅文诗涵梦瑶月华淑珍"


def _given(signs: str) -> tuple[str, ...]:
    """One-sign and two-sign given names out of a set of signs, in a fixed order."""
    different = list(dict.fromkeys(signs))
    pairs = [a + b for step, a in enumerate(different) for b in different[step % 3 :: 3] if a != b]
    return tuple(different + pairs)


MALE, FEMALE = _given(_MALE), _given(_FEMALE)

BORN = {
    "bureau": (48, 59), "division": (38, 57), "section_below": (24, 54),
    "ent_senior": (42, 59), "ent_middle": (32, 54), "ent_basic": (22, 50),
    "pro_senior": (40, 59), "pro_middle": (30, 54), "pro_junior": (23, 40),
}  # fmt: skip
"""Youngest and oldest age by rank or tier."""

LATER_RANK = {
    "bureau": "division", "division": "section_below", "section_below": "section_below",
    "ent_senior": "ent_middle", "ent_middle": "ent_basic", "ent_basic": "ent_basic",
    "pro_senior": "pro_middle", "pro_middle": "pro_junior", "pro_junior": "pro_junior",
}  # fmt: skip
"""What somebody was before the promotion."""

_ORGAN: dict[str, tuple[str, ...]] = {
    "bureau": ("局长", "副局长", "副局长", "党组成员", "巡视员", "副巡视员"),
    "division": ("处长", "副处长", "副处长", "调研员", "副调研员"),
    "section_below": ("科员", "科员", "副主任科员", "主任科员", "主任科员"),
}
_ENTERPRISE: dict[str, tuple[str, ...]] = {
    "ent_senior": ("董事长", "总经理", "副总经理", "财务总监", "总工程师", "顾问"),
    "ent_middle": ("部门经理", "部门副经理", "分公司经理", "项目总监"),
    "ent_basic": ("职员", "主管", "班组长", "项目专员", "客户专员"),
}
_TITLES: dict[str, dict[str, tuple[str, ...]]] = {
    "hospital": {"pro_senior": ("主任医师", "副主任医师"), "pro_middle": ("主治医师", "主管护师"), "pro_junior": ("医师", "护师")},
    "school": {"pro_senior": ("高级教师",), "pro_middle": ("一级教师",), "pro_junior": ("二级教师",)},
    "institute": {"pro_senior": ("高级工程师", "研究员"), "pro_middle": ("工程师",), "pro_junior": ("助理工程师",)},
    "other_public": {"pro_senior": ("副研究馆员", "高级社工师"), "pro_middle": ("馆员", "社工师"), "pro_junior": ("助理馆员",)},
    "municipal_soe": {"pro_senior": ("高级工程师", "高级会计师"), "pro_middle": ("工程师", "会计师"), "pro_junior": ("助理工程师",)},
}

POSTS: dict[tuple[str, str], tuple[str, ...]] = {
    **{("city_organ", rank): posts for rank, posts in _ORGAN.items()},
    **{("party_school", rank): posts for rank, posts in {**_ORGAN, "bureau": ("校长", "常务副校长", "副校长", "教育长")}.items()},
    **{("district_organ", rank): posts for rank, posts in
       {"bureau": ("区委书记", "区长", "区委常委", "副区长"), "division": ("局长", "副局长", "主任", "调研员"),
        "section_below": ("科员", "副主任科员", "主任科员", "副科长", "科长")}.items()},
    ("subdistrict", "division"): ("街道党工委书记", "街道办主任", "街道党工委副书记"),
    ("subdistrict", "section_below"): ("科员", "副科长", "科长", "综合执法队员"),
    ("community", "section_below"): ("社区工作站站长", "社区党总支书记", "社区专职工作者"),
    **{(kind, tier): posts for kind in ("municipal_soe", "district_soe", "private_enterprise") for tier, posts in _ENTERPRISE.items()},
    **{(kind, tier): posts for kind, titles in _TITLES.items() for tier, posts in titles.items()},
    **{("district_soe", tier): posts for tier, posts in _TITLES["municipal_soe"].items()},
}  # fmt: skip

TAGS = {
    "party_gov": ("reserve", "reserve", "youth", "youth", "grassroots", "women", "women", "non_party", "union", "city_reserve",
                  "united_front", "central_group"),
    "enterprise": ("reserve", "youth", "women", "union", "skilled_worker", "non_party"),
    "professional": ("youth", "women", "union", "non_party", "city_expert"),
}  # fmt: skip
"""The lists people stand on, by team; drawn with these weights."""
