"""The demo accounts: who they are, where they serve, what they may do (interfaces.md §2, and a second officer beside `city`).

Each takes a place inside the census instead of an invented person, so the figures of the city stay exact; the unit may
differ from the one the place was in. Every organ that the plan names has somebody. `section` serves in a party organ, so
that `unit-admin` of the same unit and then `city` (J1) are the two steps of certification. What two people do in J1, as
annulling a sitting, `city` and `city2` do.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PASSWORD = "Study-2026-demo"  # noqa: S105  # published on purpose: demo and test only, production refuses to load it


@dataclass(frozen=True)
class CastMember:
    """One demo account and the person behind it."""

    user_name: str
    title: str
    title_en: str
    name: str
    sex: str
    born: int
    cell: str
    unit: str
    post: str
    rank: str | None = None
    is_leading: bool = False
    state: str = ""
    position_class: str = "general"
    political: str = "cpc"
    tags: tuple[str, ...] = ()
    more_teams: tuple[tuple[str, str], ...] = ()
    grants: tuple[tuple[str, str], ...] = field(default=())
    came_later: bool = False
    """Takes over a person when everybody is invented already, so that all others stay who they are."""


_DIVISION, _SECTION = "division", "section_below"


def _officer(user_name: str, title: str, title_en: str, name: str, born: int, unit: str, role: str, jurisdiction: str) -> CastMember:
    """Somebody of an organ who came to the cast later, in the place of a section-level cadre of a district."""
    return CastMember(user_name, title, title_en, name, "MF"[born % 2], born, "district.section", unit, "主任科员", _SECTION,
                      grants=((role, jurisdiction),), came_later=True)  # fmt: skip


_OFFICERS = (
    _officer("publicity", "市委宣传部", "City publicity department", "程雅澜", 1983, "市委宣传部", "party_line", "J2"),
    _officer("united-front", "市委统战部", "City united front work department", "闵思齐", 1982, "市委统战部", "party_line", "J3"),
    _officer("stationed", "驻鹏单位工委", "Working committee for stationed units", "祝长庚", 1980, "驻鹏单位工委", "managing_dept", "J4"),
    _officer("state-assets", "市国资委", "City state-owned assets commission", "卓衡之", 1984, "市国资委", "managing_dept", "J6"),
    _officer("trade", "市贸工局", "City trade and industry bureau", "乔望舒", 1985, "市贸工局", "managing_dept", "J7"),
    _officer("labour", "市劳动保障局", "City labour and social security bureau", "简素商", 1987, "市劳动保障局", "managing_dept", "J8"),
    _officer("development", "市发展改革局", "City development and reform bureau", "覃叙白", 1986, "市发展改革局", "development", "none"),
    _officer("urban", "市城管局（职能部门）", "City urban management bureau", "甄清越", 1988, "市城管局", "functional_dept", "line"),
    _officer("district-dept", "鹏东区教育局（区部门）", "District education bureau", "邝南烛", 1989, "鹏东区教育局", "district_dept",
             "district_line"),
    _officer("class-teacher", "市委党校班主任", "Class teacher of the party school", "司若谷", 1990, "市委党校", "class_teacher", "none"),
)  # fmt: skip
"""Officers of the organs beside the party organisation, personnel and finance (domain.md §9)."""

CAST: tuple[CastMember, ...] = (
    CastMember("bureau", "局级干部", "Bureau-level cadre", "沈卓言", "M", 1972, "city.bureau", "市文化局", "局长", "bureau",
               is_leading=True, tags=("central_group",)),
    CastMember("division", "处级干部（年中晋升）", "Division-level cadre, promoted in mid-year", "陆知行", "M", 1984,
               "city.division", "市委政策研究室", "副处长", _DIVISION, state="promoted", tags=("city_reserve",)),
    CastMember("section", "科级干部（年中录用）", "Section-level cadre, joined in mid-year", "何若溪", "F", 1998, "city.section",
               "市委宣传部", "科员", _SECTION, state="joined", tags=("youth",)),
    CastMember("manager", "企业中层", "Middle manager of an enterprise", "方启航", "M", 1983, "city_soe.ent_middle",
               "鹏城地铁集团", "运营部经理"),
    CastMember("engineer", "高级工程师兼部门经理", "Senior engineer who is also a manager", "秦致远", "M", 1979,
               "soe_title.pro_senior", "鹏城投资集团", "高级工程师、技术中心经理", position_class="technical",
               more_teams=(("enterprise", "ent_middle"),), tags=("city_expert",)),
    CastMember("retraining", "离岗培训人员", "Cadre sent to off-post retraining", "许明舟", "M", 1980, "city.section", "市城管局",
               "主任科员", _SECTION, state="appraisal_basic", position_class="enforcement"),
    CastMember("instructor", "授课教师（教授）", "Lecturer", "顾怀瑾", "F", 1976, "teaching.pro_senior", "市委党校", "教授",
               position_class="technical", grants=(("instructor", "none"),)),
    CastMember("instructor2", "授课教师（副教授）", "Lecturer", "温砚秋", "M", 1981, "teaching.pro_senior", "市委党校", "副教授",
               position_class="technical", grants=(("instructor", "none"),)),
    CastMember("reviewer", "审核专家", "Reviewer of courses and textbooks", "裴文清", "F", 1970, "institute.pro_senior",
               "市委党校", "研究员", position_class="technical", grants=(("reviewer", "none"),)),
    CastMember("unit-admin", "市委宣传部培训管理员", "Training administrator of the unit of section", "江雨桐", "F", 1989,
               "city.section", "市委宣传部", "主任科员", _SECTION, grants=(("unit_admin", "unit_subtree"),)),
    CastMember("district", "鹏东区委组织部", "District organisation department", "段承泽", "M", 1982, "district.division",
               "鹏东区委组织部", "干部教育科科长", _DIVISION, grants=(("organization_dept", "J9"),)),
    CastMember("city", "市委组织部", "City organisation department", "柳亦安", "F", 1978, "city.division", "市委组织部",
               "干部教育处处长", _DIVISION, grants=(("organization_dept", "J1"), ("city_policy", "city"))),
    CastMember("personnel", "市人事局", "City personnel bureau", "施景行", "M", 1985, "city.section", "市人事局", "主任科员", _SECTION,
               grants=(("personnel", "J5"), ("ce_officer", "J5_ce"))),
    CastMember("finance", "市财政局", "City finance bureau", "白令仪", "F", 1987, "city.section", "市财政局", "主任科员", _SECTION,
               grants=(("finance", "none"),)),
    CastMember("school", "市委党校", "Party school of the city", "贺书台", "M", 1977, "city.division", "市委党校", "教务处处长",
               _DIVISION, grants=(("school", "none"), ("instructor", "none"))),
    CastMember("sysadmin", "系统管理员", "System administrator", "路一鸣", "M", 1990, "city.section", "市干部网上学院", "科员", _SECTION,
               grants=(("sys_admin", "none"),)),
    CastMember("security", "安全管理员", "Security administrator", "俞慎言", "F", 1988, "city.section", "市干部网上学院", "主任科员",
               _SECTION, grants=(("security_admin", "city"),)),
    CastMember("auditor", "审计员", "Auditor", "闻鉴之", "M", 1975, "city.section", "市干部网上学院", "主任科员", _SECTION,
               grants=(("auditor", "city"),)),
    CastMember("city2", "市委组织部（第二经办人）", "City organisation department, second officer", "季明澈", "M", 1986, "city.section",
               "市委组织部", "主任科员", _SECTION, grants=(("organization_dept", "J1"), ("city_policy", "city")), came_later=True),
    *_OFFICERS,
)  # fmt: skip
"""In the order of interfaces.md §2, then those who came later."""
