"""What stands in the template: one example of each kind, and how every column is filled. Pure; its words are Chinese, as its readers."""

from __future__ import annotations

from decimal import Decimal

from app.bank.rules.answers import Kind
from app.bank.rules.blanks import Accepted, Blank
from app.bank.rules.drafts import Criterion, OptionDraft, QuestionDraft
from app.bank.rules.formats.common import judge_options
from app.bank.rules.scoring import PartialCredit


def _options(right: str, *texts: str) -> tuple[OptionDraft, ...]:
    return tuple(OptionDraft(text, letter in right) for letter, text in zip("ABCDEFGH", texts, strict=False))


DRAFTS = (
    QuestionDraft(
        Kind.SINGLE,
        "公共数据授权运营中，不得授权运营的是哪一类数据？",
        _options("B", "气象观测数据", "涉及国家秘密的数据", "公共停车数据", "企业登记数据"),
        Decimal(2),
        "涉及国家秘密的数据不得授权运营。",
        "公共数据",
        difficulty=2,
        source="授权运营第 3 讲",
    ),
    QuestionDraft(
        Kind.MULTIPLE,
        "下列哪些属于依法行政的基本要求？",
        _options("ABD", "合法行政", "合理行政", "结果优先", "程序正当"),
        Decimal(4),
        "还包括高效便民、诚实守信、权责统一。",
        "依法行政",
        partial=PartialCredit.HALF,
        competencies=("法治思维",),
    ),
    QuestionDraft(
        Kind.JUDGE, "行政机关可以在听证之后补作听证通知。", judge_options(is_true=False), Decimal(1), "通知应当在听证之前送达。", "依法行政"
    ),
    QuestionDraft(
        Kind.BLANK,
        "深圳经济特区设立于____年，第一任市委书记所在的机关是____。",
        points=Decimal(2),
        topic="市情",
        blanks=(Blank((Accepted("1980", tolerance=Decimal(0)),)), Blank((Accepted("中共深圳市委"), Accepted("深圳市委")))),
        partial=PartialCredit.SHARE,
    ),
    QuestionDraft(
        Kind.SHORT,
        "简述一次好的调查研究应当经过哪几步。",
        points=Decimal(10),
        topic="调查研究",
        sample="选题、设计、实地、分析、成稿、回访。",
        rubric=(Criterion("步骤完整", Decimal(6)), Criterion("说明理由", Decimal(4))),
        longest=800,
    ),
    QuestionDraft(
        Kind.CASE,
        "某街道收到群众来信，反映夜间施工扰民。街道办事处当天派人到场，但没有制作记录。",
        points=Decimal(4),
        topic="群众工作",
        parts=(
            QuestionDraft(Kind.JUDGE, "到场而不记录符合要求。", judge_options(is_true=False), Decimal(1)),
            QuestionDraft(
                Kind.SINGLE, "下一步首先应当做什么？", _options("A", "补作记录并告知来信人", "等待再次来信", "转交其他街道"), Decimal(3)
            ),
        ),
    ),
)

HELP = (
    ("题型", "从下拉列表中选择。不填时按选项和答案推断。", "单选题"),
    ("案例编号", "案例分析题先占一行写材料，其下各行的小题填同一个编号。", "案例1"),
    ("题干", "必填，最多 2000 字。填空题用四个下划线标出空位。", "首都是____。"),
    ("选项A 至 选项H", "单选题、多选题至少两个选项，中间不要空。", ""),
    ("答案", "单选、多选填字母；判断填“对”或“错”；填空各空之间用“；”，同一空的几种答案用“|”，数值允许误差用“±”，"
     "只得部分分的答案前写“%50%”；简答填参考答案。",
     "ABD  /  对  /  北京；上海|%50%沪；3.14±0.01"),
    ("分值", "大于 0，不超过 100，最多两位小数；不填按 1 分。", "2"),
    ("少选得分", "多选题少选时怎样给分；填空题不填表示每空得分。", "少选得一半"),
    ("解析", "考试结果公布后给考生看。", ""),
    ("知识点", "最多 60 字，组卷时按它抽题。", "依法行政"),
    ("难度", "1（易）到 5（难），也可填“较难”、“★★★”或得分率 0.7。", "3"),
    ("能力项", "最多八项，用顿号隔开。", "法治思维、调查研究"),
    ("来源", "文件、教材或课程名称。", ""),
    ("选项顺序", "填“固定”时选项不打乱。", "固定"),
    ("填空比较", "不填时不区分大小写和全角半角；各空要求不同时，写在该空答案前，如“【区分大小写】Beijing”。", "区分大小写"),
    ("评分要点", "简答题每行一个要点，冒号后写分值，合计等于本题分值。", "步骤完整：6"),
    ("字数上限", "简答题，1 到 5000。", "800"),
    ("讲授位置", "讲授这道题的课程编号、第几讲、几分几秒，用“/”隔开。", "lingdao-goutong/2/12:34"),
    ("图片", "题库中已有图片的名称，由导出的工作簿带出；工作簿不含图片本身，新图片请在编辑器中添加，或用 Moodle XML、QTI 导入。", ""),
    ("图片说明", "用一句话说明图片的内容，最多 200 字。", ""),
    ("表格", "题干中的表格：每行一行，单元格之间用“|”。", "年份|人数"),
)  # fmt: skip
