"""What is printed of compliance is all of it."""

from __future__ import annotations

import pypdfium2 as pdfium

from app.compliance import paper
from tests.conftest import START


def test_nothing_of_a_cell_or_a_head_is_left_out_on_paper(college):
    """A long cell goes on in the next line, and a row with one on the next page with its heads."""
    lacks = "继续教育 公需科目 4 学时，专业科目 2 学时，合计 4 学时；年度集中培训 12 天或 90 学时"
    heads = ["Name", "What is lacking", "Points since the month before", "Pneumonoultramicroscopicsilicovolcanoconiosis"]
    rows = [[f"学员{number}", lacks, number, "x"] for number in range(60)]
    report = paper.Report("表", ["截至"], heads, rows, "读者", (22, 40, 14, 10), frozenset({2}))
    made = pdfium.PdfDocument(paper.printed(report, college.settings.data_dir, START))
    pages = ["".join(page.get_textpage().get_text_bounded().split()) for page in made]
    told = "".join(pages)
    assert len(pages) > 1 and all("Pointssincethemonthbefore" in page for page in pages)
    for part in ("公需科目4学时", "专业科目2学时", "合计4学时", "90学时"):
        assert told.count(part) == 60, part
    assert sum(told.count(f"学员{number}") >= 1 for number in range(60)) == 60
