"""Findings of rule files as Chinese sentences: one pattern for each sentence that wording, faults and positions write.

Names of keys, values of the file and YAML's own words stay as they stand in the file.
"""

from __future__ import annotations

import re

SHAPES = {
    "a map": "键值表", "a list": "列表", "a text": "文本", "a whole number": "整数", "true or false": "true 或 false", "null": "null",
    "another shape": "其他形式",
    'A whole number, or a decimal number in quotes with up to two decimals: 12 or "0.25".':
        '整数，或加引号、至多两位小数的数：12 或 "0.25"',
    'A number above 0: whole, or a decimal number in quotes with up to two decimals: 12 or "0.25".':
        '大于 0 的整数，或加引号、至多两位小数的数：12 或 "0.25"',
    'A share of one as a decimal number in quotes: "0.90".': '加引号、以小数书写的比例："0.90"',
    'A share of one in quotes: "0.90" or "1/7".': '加引号的比例（不大于 1）："0.90" 或 "1/7"',
    'A day of every year: "04-30".': '每年都有的日期（月-日）："04-30"',
    "The years counted together.": "合并计算的年度",
    "Calendar days of classes that make a month.": "折合一个月的培训天数",
    "linear: seconds of the whole course, floored once; tiered: each lecture by its length; fixed: one figure for the course.":
        "linear（按全课秒数一次取整）、tiered（逐讲按时长分档）或 fixed（全课固定学时）",
    "One figure for every passed examination that is worth hours; without it, what the examination is set to.": "合格考试的固定学时",
    "Media seconds credited for one second of the clock.": "每秒最多计入的播放秒数",
    "A civil date, Asia/Shanghai: 2026-01-31.": "北京时间的日期，如 2026-01-31",
    "A code: lower-case letters, digits and underscores.": "由小写字母、数字、下划线组成的代码",
    "A length of time: P1Y, P24M.": "时长，如 P1Y、P24M",
    "A line falls into it when `accept` holds, or `or` does.": "至少含一个条件的归类条件",
    "A name in Chinese, or in both languages.": "中文名称，或中英文两个名称",
    "A subject, or none: what stands on no list of subjects.": "科目类别，或 none",
    "At most so many hours count, for each class or for the year.": "每班次或每年的学时上限",
    "Conditions on a ledger line; all of them must hold.": "至少含一项的台账条件",
    "In force from and to, both days included; null means until further notice.": "起止日期（含首尾两日），null 表示长期有效",
    "One amount in one measure, of a bucket or in total.": "一个计量单位的一个数额，属某一类或合计",
    "Only classes longer than, or at most, so many training days.": "按培训天数界定的班次",
    "So many hours, whatever the line says.": "固定学时",
    "The name of a requirement or obligation.": "要求或义务的名称",
    "The persons meant; all conditions must hold on the day.": "适用人员的条件",
    "true: every bucket of the set together; or the buckets meant.": "true（全部类别合计），或所指的类别",
}  # fmt: skip
"""What was expected, where the schema describes a shape."""

SENTENCES = [
    (r"accepted, but not in effect yet", "可以填写，但目前尚未生效"),
    (r"the file is larger than any rule set needs to be", "文件过大，不像规则文件"),
    (r"anchors and aliases are not used in rule files", "规则文件中不使用锚点和别名"),
    (r"the file is empty", "文件是空的"),
    (r"the file is not UTF-8 text", "文件不是 UTF-8 文本"),
    (r"nothing in a rule file is nested deeper than (\d+)", "规则文件的嵌套不超过 {0} 层"),
    (r"a key must be a word", "键必须是一个词"),
    (r"the key (.+) stands here twice", "键 {0} 在此重复出现"),
    (r"write the number in quotes: (.+)", "数字请加引号：{0}"),
    (r"a text, whole number, true, false or null was expected, not (.+)", "应为文本、整数、true、false 或 null，不应是 {0}"),
    (r"the file is called (.+) and must be called (.+)", "文件名为 {0}，应为 {1}"),
    (r"the key (.+) is missing", "缺少键 {0}"),
    (r"the key (.+) is not known here; known are (.+)", "此处没有键 {0}；可用的有 {1}"),
    (r"(.+) is not one of (.+)", "{0} 不在可选值之内：{1}"),
    (r"(.+) was found where (.+) was expected", "此处为 {0}，应为 {1}"),
    (r"(.+) is less than (.+)", "{0} 小于 {1}"),
    (r"(.+) is more than (.+)", "{0} 大于 {1}"),
    (r"the same value stands here twice", "同一值在此重复出现"),
    (r"(.+) does not fit; expected: (.+)", "{0} 不符合要求；应为：{1}"),
    (r"no calendar has the day (.+)", "日历上没有 {0} 这一天"),
    (r"(.+) ends before it begins \((.+)\)", "{0} 的结束早于开始（{1}）"),
    (r"a range from low to high was expected, not (.+) to (.+)", "应为由低到高的区间，不能是 {0} 到 {1}"),
    (r"a share of at most one was expected, not (.+)", "应为不大于 1 的比例，不能是 {0}"),
    (r"a share above nought was expected", "应为大于 0 的比例"),
    (r"months need `days_per_month` among the units", "以月计量时，须在 units 中写明 `days_per_month`"),
    (r"another bucket was expected than the one that flows over", "溢出应转入另一类别，不能是该类别自身"),
    (r"the name (.+) is used twice", "名称 {0} 重复使用"),
    (r"the rule set has no `cycle`", "规则没有设定 `cycle`（周期）"),
    (r"exactly one of months, days, hours, credits was expected", "months、days、hours、credits 应恰有其一"),
    (r"either `bucket` or `total` was expected, not both", "`bucket` 与 `total` 只能有其一"),
    (r"a `bucket` or `total` was expected, here or on the requirement", "此处或该要求中应有 `bucket` 或 `total`"),
    (r"there is no requirement (.+); there are (.+)", "没有要求 {0}；已有 {1}"),
    (r"there is no bucket (.+); there are (.+)", "没有类别 {0}；已有 {1}"),
    (r"one entry was expected: an excess is carried to one bucket", "只能写一项：超出部分只结转到一个类别"),
    (r"an obligation that returns needs `who`", "周期性义务须写明 `who`（对象）"),
    (r"either `at_least_minutes` or `over_minutes` was expected, not both", "`at_least_minutes` 与 `over_minutes` 只能有其一"),
    (r"every tier but the last needs a bound, and the last has none", "除最后一档外各档须有界限，最后一档不设界限"),
    (r"tiers were expected from long to short", "各档应由长到短排列"),
]
"""English pattern, Chinese sentence; the first that fits the whole sentence is taken."""


def in_chinese(message: str) -> str:
    """The finding in Chinese; a sentence nobody has written down stays as it is (a test holds that there is none)."""
    if said := re.fullmatch(r"this is no YAML: (.+)", message, re.S):
        return f"不是有效的 YAML：{said[1]}"  # YAML's own words stay whole
    for pattern, chinese in SENTENCES:
        if found := re.fullmatch(pattern, message, re.S):
            return chinese.format(*(_expected(part) for part in found.groups()))
    return message


def _expected(words: str) -> str:
    """Alternatives by their Chinese descriptions, where the words are descriptions."""
    for english in sorted((one for one in SHAPES if one.endswith(".")), key=len, reverse=True):  # these may themselves say "or"
        words = words.replace(english, SHAPES[english])
    parts = [SHAPES.get(part, part) for part in words.split(" or ")]
    return "，或".join(re.sub(r"^one of (.+)$", r"以下之一：\1", part) for part in parts)
