"""The workbook to fill in: headings, drop-downs, and a sheet that explains. Chinese, as are the files it is for."""

from __future__ import annotations

import io
from typing import Any

from app.history.rules import COLUMNS, REQUIRED, WORDS

ROWS = 10_000
SHOWN = 500
"""Rows with formats; drop-downs reach further."""
EXPLAINED = {
    "name": "与身份证一致", "id_no": "18 位公民身份号码，单元格须为文本格式；与“用户名”至少填一项",
    "user_name": "本平台用户名，没有身份证号时填写",
    "title": "班次、课程或论文的全称", "from_on": "如 2024-03-04", "to_on": "如 2024-03-08；学时计入这一天所在的年度",
    "hours": "学时与培训天数至少填一项，缺的一项按当年规则折算", "days": "每个自然日最多计 1 天", "issuer": "填写证书编号时必填",
    "leave": "班次期间请假的学时；填写后“学时”“培训天数”填班次的总数，按规则扣除，请假超过规定比例的不计学时",
    "cert_no": "同一证书只计一次", "list_year": "仅公需科目填写，如 2025；只能是完成当年或上一年",
}  # fmt: skip


def template() -> bytes:
    """An empty workbook with the columns, text cells where digits matter, drop-downs where words are closed."""
    from openpyxl import Workbook  # a large library, for those who ask for the template
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "历史培训"
    for at, (name, aliases) in enumerate(COLUMNS.items(), 1):
        cell = sheet.cell(1, at, aliases[0] + ("*" if name in REQUIRED else ""))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E4EFF8")
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = 24 if name in ("id_no", "title", "issuer") else 14
        form = {"from_on": "yyyy-mm-dd", "to_on": "yyyy-mm-dd", "hours": "0.00", "days": "0.00", "leave": "0.00"}.get(name, "@")
        for row in range(2, SHOWN + 2):
            sheet.cell(row, at).number_format = form
        if name in WORDS:
            choice = DataValidation(type="list", formula1=f'"{",".join(first_words(name))}"', allow_blank=name not in REQUIRED,
                                    showErrorMessage=True)  # fmt: skip
            choice.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "B2"
    _explain(book.create_sheet("填写说明"))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def first_words(field: str) -> list[str]:
    """For each code of a field the word it is known by."""
    first: dict[str, str] = {}
    for word, code in WORDS[field].items():
        first.setdefault(code, word)
    return list(first.values())


def _explain(sheet: Any) -> None:
    """What may stand in each column."""
    sheet.append(["列", "是否必填", "填写说明"])
    for name, aliases in COLUMNS.items():
        about = EXPLAINED.get(name) or "、".join(first_words(name))
        sheet.append([aliases[0], "必填" if name in REQUIRED else "选填", about])
    for column, width in (("A", 14), ("B", 10), ("C", 90)):
        sheet.column_dimensions[column].width = width
