"""What the people of the demo city claim: kinds with titles, hosts and figures as they really occur. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

BOOKS = (
    ("公共政策分析导论", "公共管理教材编写组"),
    ("基层治理案例选读", "学习读本编写组"),
    ("应急管理实务", "应急培训教材组"),
    ("行政法与依法行政", "法治读本编写组"),
    ("数字政府建设概论", "信息化读本编写组"),
    ("经济形势年度读本", "经济读本编写组"),
    ("群众工作方法", "学习读本编写组"),
    ("公文写作与处理", "机关业务教材组"),
    ("城市更新与社区营造", "城市研究丛书编委会"),
    ("质量管理与标准化", "标准化丛书编委会"),
    ("科学素养读本", "科普读本编写组"),
    ("廉政史鉴", "廉政读本编写组"),
)
LECTURES = (
    "宏观经济形势专题报告",
    "国家安全教育专题讲座",
    "人工智能与政务服务",
    "保密法律法规宣讲",
    "民法典与日常执法",
    "营商环境政策解读",
    "生态环境保护督察解读",
    "突发事件新闻发布",
    "预算绩效管理讲座",
    "心理健康与压力调适",
    "公共卫生应急处置",
    "消防安全专题讲座",
)
HOSTS = ("市社科联", "市科协", "市应急学会", "市图书馆讲坛", "鹏城大学继续教育学院", "市法学会", "省行政管理学会")
CERTIFICATES = (
    "应急管理能力培训",
    "档案管理岗位培训",
    "统计业务专题培训",
    "招标采购从业培训",
    "会计继续教育",
    "社会工作实务培训",
    "安全生产管理培训",
    "网络安全培训",
)
ISSUERS = ("省应急管理学院", "省人事考试院", "市会计学会", "省档案学会", "市社会工作协会", "省信息安全协会")
PLATFORMS = ("省专业技术人员继续教育平台", "全国干部网络学习专区", "省干部在线学习中心")
ONLINE = (
    "数字经济网上专题班",
    "依法行政网上专题班",
    "公共卫生网上专题班",
    "智能建造网上专题班",
    "乡村振兴网上专题班",
    "知识产权网上专题班",
)
CLASSES = (
    "基层应急处置能力培训班",
    "城市交通治理专题研修班",
    "住房建设业务培训班",
    "市场监管执法培训班",
    "河长制与流域治理研修班",
    "教育管理干部培训班",
)
STUDIES = ("社区网格化管理调研", "产业园区服务调研", "老旧小区改造调研", "窗口服务质量调研", "水源地保护调研")
PAPERS = ("基层治理中的网格协同", "政务服务一网通办的实践", "既有桥梁监测数据的应用", "课堂评价的实证研究", "社区慢病管理模式探讨")
JOURNALS = ("市行政学院学报", "省公共管理论坛", "市工程学会学报", "省教育研究通讯")
TALKS = ("新进人员岗前讲座", "业务规范辅导", "安全生产授课", "青年理论学习辅导")
GROUPS = ("理论学习中心组专题学习", "党组理论学习中心组集体学习")
COUNTRIES = ("新加坡", "德国", "日本", "法国")

Fields = dict[str, str]


@dataclass(frozen=True)
class Sort:
    """A kind as it is claimed: how often, how many days it takes, what is entered."""

    kind: str
    weight: int
    days: tuple[int, int]
    fields: Callable[[Random, int], Fields]


def _pick(rng: Random, words: Sequence[str]) -> str:
    return rng.choice(words)


def _issue(rng: Random, n: int) -> str:
    return f"第{rng.choice('一二三四五六')}期"


def _book(rng: Random, n: int) -> Fields:
    title, author = rng.choice(BOOKS)
    return {"title": f"{title}（{rng.choice('上中下')}册）", "author": author, "pages": str(rng.randrange(80, 420, 20))}


def _lecture(rng: Random, n: int) -> Fields:
    return {"title": _pick(rng, LECTURES), "host": _pick(rng, HOSTS), "minutes": str(rng.choice((90, 120, 135, 150, 180)))}


def _certificate(rng: Random, n: int) -> Fields:
    return {"title": _pick(rng, CERTIFICATES) + _issue(rng, n), "issuer": _pick(rng, ISSUERS), "cert_no": f"PX-2026-{n:05}",
            "printed_hours": str(rng.choice((8, 12, 16, 24, 36)))}  # fmt: skip


def _online(rng: Random, n: int) -> Fields:
    return {
        "title": _pick(rng, ONLINE),
        "issuer": _pick(rng, PLATFORMS),
        "cert_no": f"WL-26{n:05}",
        "minutes": str(rng.randrange(180, 1400, 45)),
    }


def _class(rng: Random, n: int) -> Fields:
    return {"title": _pick(rng, CLASSES) + _issue(rng, n), "issuer": _pick(rng, ISSUERS), "cert_no": f"JY-2026-{n:05}"}


def _study(rng: Random, n: int) -> Fields:
    return {"title": _pick(rng, STUDIES), "place": rng.choice(("鹏东区", "鹏西区", "鹏南区", "鹏北区")) + "基层联系点"}


def _paper(rng: Random, n: int) -> Fields:
    return {"title": _pick(rng, PAPERS), "journal": _pick(rng, JOURNALS), "level": rng.choice(("provincial", "city", "city"))}


def _talk(rng: Random, n: int) -> Fields:
    return {"title": _pick(rng, TALKS), "host": "本单位业务培训班", "minutes": str(rng.choice((45, 90, 135)))}


def _group(rng: Random, n: int) -> Fields:
    return {"title": _pick(rng, GROUPS) + _issue(rng, n), "host": "单位党委（党组）", "minutes": str(rng.choice((120, 150, 180)))}


def _abroad(rng: Random, n: int) -> Fields:
    return {"title": f"{_pick(rng, COUNTRIES)}公共管理研修团", "country": _pick(rng, COUNTRIES), "approval": f"外办〔2026〕{n % 90 + 1}号"}


SORTS = (
    Sort("book", 22, (10, 30), _book),
    Sort("lecture", 18, (1, 1), _lecture),
    Sort("certificate", 16, (3, 6), _certificate),
    Sort("online_elsewhere", 16, (5, 20), _online),
    Sort("class_elsewhere", 10, (2, 4), _class),
    Sort("field_study", 5, (1, 3), _study),
    Sort("paper", 4, (1, 1), _paper),
    Sort("teaching", 4, (1, 1), _talk),
    Sort("central_group", 4, (1, 1), _group),
    Sort("overseas", 1, (5, 8), _abroad),
)
REASONS = {
    "return": ("请补充加盖公章的证书页", "请补充会议通知或签到表", "起止日期与证明不一致，请核对后重新提交"),
    "reject": ("属本单位日常业务会议，按规定不计学时", "证明材料无法核实"),
    "revoke": ("经核查证书无效", "与单位组织的培训重复计算"),
    "appeal": ("证书载明的学时高于认定学时，请复核", "活动由主管部门组织，附补充证明，请复核"),
}  # fmt: skip
