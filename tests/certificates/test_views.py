"""Certificate and verification pages."""

from __future__ import annotations

import pytest

from app.certificates import views
from app.certificates.limits import Bucket
from app.ledger import service as ledger
from tests import make
from tests.certificates.build import certificate

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def given(app, work_as, monkeypatch):
    """A certificate of 李晓岚, and who is who by a bearer word."""
    monkeypatch.setattr(views, "_asked", Bucket(60, 1.0))
    with work_as() as work:
        unit = make.unit(work)
        owner, other = make.person(work, "李晓岚", at=unit), make.person(work, "周外", at=unit)
        found = certificate(work, owner, title="领导沟通技巧")
    actors = {"owner": make.actor(owner), "other": make.actor(other)}
    app.extensions["identify"] = lambda work, credentials: actors.get(credentials.bearer)
    app.extensions["password_gate"] = lambda endpoint: None
    return found


@pytest.fixture
def get(app):
    def ask(path, who=None, **headers):
        if who:
            headers["Authorization"] = f"Bearer {who}"
        return app.test_client().get(path, headers=headers)

    return ask


def test_the_owner_sees_the_certificate(get, given):
    html = get(f"/certificates/{given.no}", "owner").get_data(as_text=True)
    for words in (
        "结业证书",
        "李晓岚",
        "《领导沟通技巧》",
        given.no,
        f"{given.check_code[:4]}-{given.check_code[4:]}",
        "1.25 学时",
        "有效",
    ):
        assert words in html, words
    assert "<svg" in html
    assert "style=" not in html


def test_the_pdf_is_for_the_owner_and_carries_its_number(get, given):
    answer = get(f"/certificates/{given.no}.pdf", "owner")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert f'filename="{given.no}.pdf"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("suffix", ["", ".pdf"])
def test_to_others_it_is_not_there(get, given, suffix):
    assert get(f"/certificates/{given.no}{suffix}", "other").status_code == 404
    assert get(f"/certificates/PC-2026-999999{suffix}", "owner").status_code == 404
    assert get(f"/certificates/x{suffix}", "owner").status_code == 404


def test_a_missing_glyph_is_said_in_a_sentence_and_the_certificate_stands(get, given, app, work_as):
    with work_as() as work:
        odd = certificate(work, make.person(work, "李\u0378"))
        app.extensions["identify"] = lambda *_: make.actor(work.session.get_one(make.Person, odd.person_id))
    answer = get(f"/certificates/{odd.no}.pdf", "owner")
    assert answer.status_code == 503
    assert "\u0378" in answer.get_data(as_text=True)
    assert get(f"/certificates/{odd.no}", "owner").status_code == 200


def test_anybody_verifies_by_the_number_alone(get, given):
    """interfaces.md §3: public, HTML."""
    html = get(f"/verify/{given.no}").get_data(as_text=True)
    for words in ("证书有效", "李＊＊", "领导沟通技巧", "1.25", given.no):
        assert words in html, words
    assert "晓岚" not in html
    assert given.check_code not in html


def test_a_program_gets_json(get, given):
    body = get(f"/verify/{given.no}", Accept="application/json").get_json()
    assert body == {
        "no": given.no, "state": "valid", "name": "李＊＊", "title": "领导沟通技巧", "hours": "1.25", "date": "2026-11-20",
        "issued_on": "2026-11-22", "revoked_on": None, "code": "none",
    }  # fmt: skip


def test_the_printed_code_is_confirmed_and_another_one_tells_nothing(get, given):
    assert "校验码与纸面一致" in get(f"/verify/{given.no}?code={given.check_code}").get_data(as_text=True)
    answer = get(f"/verify/{given.no}?code=AAAA-AAAA")
    assert answer.status_code == 404
    assert "领导沟通技巧" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("no", ["PC-2026-999999", "x", "PC-2026-000001'--", "证书"])
def test_an_unknown_number_is_clearly_not_there(get, given, no):
    answer = get(f"/verify/{no}")
    assert answer.status_code == 404
    assert "查无此证" in answer.get_data(as_text=True)
    problem = get(f"/verify/{no}", Accept="application/json")
    assert (problem.status_code, problem.get_json()["code"]) == (404, "not_found")


def test_a_revoked_certificate_says_so_everywhere(get, given, work_as):
    with work_as() as work:
        ledger.reverse(work, given.person_id, given.entry_seq, "由他人代学")
    html = get(f"/verify/{given.no}").get_data(as_text=True)
    assert "证书已撤销" in html
    assert "由他人代学" not in html
    body = get(f"/verify/{given.no}", Accept="application/json").get_json()
    assert (body["state"], body["revoked_on"]) == ("revoked", "2026-11-22")
    page = get(f"/certificates/{given.no}", "owner").get_data(as_text=True)
    assert "由他人代学" in page
    assert "已撤销" in page
    assert get(f"/certificates/{given.no}.pdf", "owner").status_code == 200


def test_the_form_leads_to_the_page_of_a_number(get, given):
    assert "证书编号" in get("/verify").get_data(as_text=True)
    assert get("/verify?no=pc-2026-000001").headers["Location"] == "/verify/PC-2026-000001"
    assert get("/verify?no=PC-2026-000001&code=AB%26C").headers["Location"] == "/verify/PC-2026-000001?code=AB%26C"
    assert get("/verify?no=//evil.example").headers["Location"] == "/verify/%2F%2Fevil.example"


def test_nobody_reads_numbers_one_after_the_other(get, given, monkeypatch):
    monkeypatch.setattr(views, "_asked", Bucket(2, 1.0))
    assert [get(f"/verify/{given.no}").status_code for _ in range(3)] == [200, 200, 429]
    assert get(f"/verify/{given.no}").headers["Retry-After"] == "1"


def test_the_pages_read_in_english(get, given):
    assert "This certificate is valid" in get(f"/verify/{given.no}?lang=en").get_data(as_text=True)
    html = get(f"/certificates/{given.no}?lang=en", "owner").get_data(as_text=True)
    assert "Certificate of Completion" in html
    assert "1 November 2026" in html
