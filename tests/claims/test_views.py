"""The pages of the claimant and the programming interface, through the real routes."""

from __future__ import annotations

import io
import json
import re

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.claims import queries, service
from app.hours import queries as hours
from tests.claims import build


@pytest.fixture
def cast(college):
    cast = build.cast(college)
    build.account(college, cast.cadre, "lixue")
    build.account(college, cast.unit, "jiangcha", ("unit_admin", "unit_subtree"))
    build.account(college, cast.city, "liuding", ("organization_dept", "city"))
    build.account(college, cast.colleague, "hetong")
    return cast


def sent(client, path, fields, *files):
    data = {**fields, "csrf_token": client.csrf()}
    data["evidence"] = [(io.BytesIO(content), name) for content, name in files]
    return client.post(path, data=data, content_type="multipart/form-data")


def uid_in(answer):
    return re.search(r"/hours/claims/([0-9a-f-]{36})", answer.headers["Location"])[1]


def test_the_whole_way_through_the_pages(client, cast, college, work_as):
    client.sign_in("lixue")
    assert "您还没有申报过" in client.get("/hours/claims").text
    assert "每 45 分钟计 1 学时" in client.get("/hours/claims/new").text
    answer = sent(client, "/hours/claims/new/book", {**build.BOOK, "then": "save"}, (build.picture(), "笔记.png"))
    assert answer.status_code == 303
    uid = uid_in(answer)
    form = client.get(f"/hours/claims/{uid}/edit").text
    assert "资治通鉴选读" in form and "笔记.png" in form and 'type="date"' in form
    answer = sent(client, f"/hours/claims/{uid}/edit", {**build.BOOK, "pages": "200", "then": "submit"})
    assert answer.headers["Location"].endswith(f"/hours/claims/{uid}")
    shown = client.get(f"/hours/claims/{uid}").text
    assert "待单位初审" in shown and "单位在 2026-12-04 前初审" in shown
    assert "资治通鉴选读" in client.get("/hours/claims").text
    assert client.post(f"/hours/claims/{uid}/withdraw", data={"csrf_token": client.csrf()}).status_code == 303
    assert "已撤回" in client.get(f"/hours/claims/{uid}").text


def test_the_form_says_beforehand_what_a_claim_would_count_into(client, cast):
    client.sign_in("lixue")
    for kind, sentence in (("book", "登记入台账；按现行规则，不计入您的任何一项要求。"), ("online_elsewhere", "可计入：网络自学。")):
        assert sentence in client.get(f"/hours/claims/new/{kind}").text
        assert client.get(f"/hours/claims/suggest/{kind}").json["into"] == sentence


def test_an_open_claim_is_pending_in_my_year_and_never_counted(client, cast, college, work_as):
    fields = {"issuer": "省平台", "cert_no": "W1", "minutes": "450"}
    uid = build.handed_in(college, cast.cadre, "certificate")
    with work_as(cast.cadre) as work:
        own = service.start(work, "online_elsewhere", {"title": "网课", "occurred_from": "2026-10-01", **fields}).uid
        service.attach(work, own, [build.receive(college, build.picture("plum"))])
        service.submit(work, own)
        year = hours.my_year(work, cast.cadre.person_id, 2026)
    assert (year.ring.bar.figure.counted, year.ring.pending) == (0, 10)
    assert {one.title for one in year.pending} == {"应急管理培训", "网课"}
    client.sign_in("lixue")
    page = client.get("/hours").text
    assert f"/hours/claims/{uid}" in page and "网课" in page
    assert client.get("/").status_code == 200


def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(client, cast, college, work_as):
    client.sign_in("lixue")
    for fields, sentence in (
        ({"title": "<script>alert(1)</script>"}, "请只写文字"),
        ({"pages": "一百"}, "请输入整数"),
        ({"occurred_from": "明天"}, "日期请写成"),
        ({"occurred_from": "2011-01-01"}, "还没有生效的学时规则"),
    ):
        answer = sent(client, "/hours/claims/new/book", {**build.BOOK, "occurred_to": "", **fields, "then": "submit"})
        assert answer.status_code == 422 and sentence in answer.text
        assert "<script>alert(1)" not in answer.text
    answer = sent(client, "/hours/claims/new/book", {**build.BOOK}, (b"MZ not a picture", "证书.jpg"))
    assert answer.status_code == 422 and "不是可读的" in answer.text
    assert "您还没有申报过" in client.get("/hours/claims").text


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("lecture", {"occurred_from": "2026-12-01", "occurred_to": "2026-12-01"}, "还没有到"),
        ("lecture", {"hours": "25"}, "容不下 25 学时"),
    ],
)
def test_the_impossible_is_kept_as_a_draft_and_said_in_words(client, cast, kind, fields, sentence):
    client.sign_in("lixue")
    answer = sent(client, f"/hours/claims/new/{kind}", {**build.LECTURE, **fields, "then": "submit"}, (build.picture(), "证.png"))
    assert answer.status_code == 422 and sentence in answer.text
    assert "草稿" in client.get("/hours/claims").text


def flood():
    """A small file of 42 million pixels."""
    kept = io.BytesIO()
    Image.new("1", (7000, 6000)).save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize("content", [b"\xff\xd8\xff" + bytes(service.MOST_BYTES), flood()], ids=["bytes", "pixels"])
def test_a_file_that_is_too_large_comes_back_in_the_form_with_what_was_entered(client, cast, content):
    client.sign_in("lixue")
    proof = FileStorage(io.BytesIO(content), "证书.jpg")
    boundary, body = encode_multipart({**build.BOOK, "then": "submit", "csrf_token": client.csrf(), "evidence": proof})
    answer = client.post("/hours/claims/new/book", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == 413 and 'value="资治通鉴选读"' in answer.text
    told = re.search(r'id="files-err">.*?<span>([^<]*)', answer.text, re.S)[1]
    assert "证书.jpg" in told and "太大" in told and "请重新选择" in told
    assert '<a href="#files">' in answer.text
    assert "您还没有申报过" in client.get("/hours/claims").text


def test_files_of_a_refused_form_are_asked_for_again_and_those_of_a_draft_are_kept(client, cast):
    client.sign_in("lixue")
    answer = sent(client, "/hours/claims/new/book", {**build.BOOK, "pages": "abc", "then": "save"}, (build.picture(), "笔记.png"))
    assert answer.status_code == 422 and "所选文件没有保存，请重新选择" in answer.text
    assert "所选文件没有保存" not in sent(client, "/hours/claims/new/book", {**build.BOOK, "pages": "abc"}).text
    uid = uid_in(sent(client, "/hours/claims/new/book", {**build.BOOK, "then": "save"}))
    answer = sent(client, f"/hours/claims/{uid}/edit", {**build.BOOK, "pages": "abc", "then": "save"}, (build.picture(), "笔记.png"))
    assert answer.status_code == 422 and 'value="abc"' in answer.text
    assert "笔记.png" in answer.text and "所选文件没有保存" not in answer.text
    assert "笔记.png" in client.get(f"/hours/claims/{uid}/edit").text


def test_a_refused_appeal_comes_back_with_its_text_and_names_the_field(client, cast, college, work_as):
    uid = build.checked(college, cast)
    with work_as(cast.city) as work:
        service.reject(work, uid, "材料不符")
    client.sign_in("lixue")

    def appealed(reason):
        return client.post(f"/hours/claims/{uid}/appeal", data={"csrf_token": client.csrf(), "reason": reason})

    tagged, empty = appealed("材料齐全<b>请复核</b>"), appealed(" ")
    for answer in (tagged, empty):
        assert answer.status_code == 422 and re.search(r'<a href="#why">.+：.+</a>', answer.text) and 'id="why-err"' in answer.text
    assert "材料齐全&lt;b&gt;请复核&lt;/b&gt;</textarea>" in tagged.text and "请只写文字" in tagged.text
    assert appealed("材料齐全，请复核").status_code == 303
    again = appealed("再次申诉")
    assert again.status_code == 409 and "未作任何更改" in again.text and 'id="appeal"' in again.text


def test_a_request_of_200_megabytes_is_refused(client, cast):
    client.sign_in("lixue")
    length = {"CONTENT_LENGTH": str(200 * 1024 * 1024), "CONTENT_TYPE": "multipart/form-data; boundary=b"}
    answer = client.post("/hours/claims/new/book", environ_overrides=length, headers={"X-CSRFToken": client.csrf()})
    assert answer.status_code == 413


def test_evidence_is_seen_by_the_claimant_and_those_in_office_and_by_nobody_else(app, client, cast, college, work_as):
    uid = build.draft(college, cast.cadre)
    with work_as(write=False) as work:
        (file,) = queries.files_of(work, service.find(work, uid))
    address = f"/hours/claims/{uid}/evidence/{file.uid}"
    seen = {}
    for stage in ("draft", "submitted"):
        if stage == "submitted":
            with work_as(cast.cadre) as work:
                service.submit(work, uid)
        for name in ("lixue", "jiangcha", "liuding", "hetong"):
            browser = app.test_client()
            browser.sign_in(name)
            with browser.get(address) as answer:
                seen[stage, name] = answer.status_code
    assert [seen["draft", name] for name in ("lixue", "jiangcha", "liuding", "hetong")] == [200, 404, 404, 404]
    assert [seen["submitted", name] for name in ("lixue", "jiangcha", "liuding", "hetong")] == [200, 200, 200, 404]
    client.sign_in("lixue")
    with client.get(address) as answer, client.get(address + "?size=small") as small:
        assert len(small.data) < len(answer.data) and small.mimetype == "image/jpeg"
    assert answer.mimetype == "image/jpeg" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_pdf_goes_out_as_a_file(client, cast, college, work_as):
    uid = build.draft(college, cast.cadre, file=build.pdf())
    client.sign_in("lixue")
    address = re.search(rf"/hours/claims/{uid}/evidence/[0-9a-f-]+", client.get(f"/hours/claims/{uid}").text)[0]
    with client.get(address) as answer:
        assert answer.data == build.pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment;") and answer.mimetype == "application/pdf"


def test_the_figure_follows_what_is_entered(client, cast):
    client.sign_in("lixue")
    told = client.get("/hours/claims/suggest/book?pages=320").get_json()
    into = "登记入台账；按现行规则，不计入您的任何一项要求。"
    assert told == {"hours": "16", "days": "", "reasons": ["阅读页数：320，每 20 计 1 学时。"], "into": into, "met": []}
    assert client.get("/hours/claims/suggest/book?pages=many").get_json()["hours"] == ""
    assert client.get("/hours/claims/suggest/none").status_code == 404


def token(client, name):
    answer = client.post("/api/v1/tokens", json={"username": name, "password": "Study-2026-demo"})
    return {"Authorization": f"Bearer {answer.get_json()['token']}"}


def made(client, headers, *, key="", file=None, **fields):
    data = {"kind": "certificate", **build.CERTIFICATE, **fields}
    data["evidence"] = (io.BytesIO(build.picture() if file is None else file), "证书.png")
    more = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/me/claims", data=data, content_type="multipart/form-data", headers=headers | more)


def test_programs_claim_and_decide(client, cast):
    mine, unit, city = token(client, "lixue"), token(client, "jiangcha"), token(client, "liuding")
    answer = made(client, mine, key="k1")
    assert answer.status_code == 201
    claim = answer.get_json()
    assert (claim["state"], claim["hours_claimed"], claim["findings"]) == ("submitted", "36", [])
    assert made(client, mine, key="k1").get_json() == claim, "the same key gives the same answer"
    assert made(client, mine, key="k1", title="另一").get_json()["code"] == "idempotency_mismatch"
    assert made(client, mine).get_json()["code"] == "claim_already_made"
    assert [one["claim"] for one in client.get("/api/v1/me/claims", headers=mine).get_json()["items"]] == [claim["claim"]]
    path = f"/api/v1/claims/{claim['claim']}/decisions"

    def decide(headers, **body):
        return client.post(path, json=body, headers=headers)

    assert decide(mine, decision="pass").get_json()["code"] == "forbidden"
    assert decide(city, decision="certify").get_json()["code"] == "claim_already_decided"
    assert decide(unit, decision="pass").get_json()["state"] == "unit_checked"
    assert decide(unit, decision="pass").get_json()["code"] == "claim_already_decided"
    assert decide(city, decision="certify", hours="30").get_json()["code"] == "claim_verdict"
    assert decide(city, decision="certify", hours=30).status_code == 422
    assert decide(city, decision="approve").status_code == 422
    got = decide(city, decision="certify", hours="30", reason="考察不计").get_json()
    assert (got["state"], got["hours_certified"], got["entry"]) == ("certified", "30", f"{cast.cadre.person_id}-1")
    lost = decide(city, decision="reject", reason="否")
    assert lost.status_code == 409 and lost.get_json()["who"] == "柳定"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"occurred_to": "2027-03-01"}, 422, "claim_stopped"), ({"hours": "121"}, 422, "claim_stopped"),
        ({"title": "<script>"}, 422, "claim_fields"), ({"kind": "nothing"}, 404, "no_such_claim_kind"),
        ({"issuer": ""}, 422, "claim_fields"),
        ({"cert_no": "\u202e"}, 422, "claim_fields"),
    ],
)  # fmt: skip
def test_bad_claims_are_refused_whole(client, cast, fields, status, code):
    mine = token(client, "lixue")
    answer = made(client, mine, **fields)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert client.get("/api/v1/me/claims", headers=mine).get_json()["items"] == []


def test_a_disguised_file_is_refused_whole(client, cast):
    mine = token(client, "lixue")
    answer = made(client, mine, file=b"<html><script>alert(1)</script>")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "evidence_not_accepted")
    assert client.get("/api/v1/me/claims", headers=mine).get_json()["items"] == []


def test_the_interface_says_what_it_takes(client, cast):
    document = json.loads(client.get("/api/v1/openapi.json").text)
    takes = document["paths"]["/api/v1/me/claims"]["post"]["requestBody"]["content"]
    assert list(takes) == ["multipart/form-data"]
    assert {"kind", "title", "occurred_from"} <= set(document["components"]["schemas"]["ClaimForm"]["required"])
    assert "/api/v1/claims/{uid}/decisions" in document["paths"]


def test_what_was_returned_says_in_its_form_what_is_wanted(client, cast, college, work_as):
    uid = build.handed_in(college, cast.cadre)
    with work_as(cast.unit) as work:
        service.give_back(work, uid, "请补充盖章的签到表")
    client.sign_in("lixue")
    assert '· <span class="num nowrap">36 学时</span>' in client.get(f"/hours/claims/{uid}").text, "the trail says how much was claimed"
    form = client.post(f"/hours/claims/{uid}/complete", data={"csrf_token": client.csrf()}, follow_redirects=True).text
    assert "退回：请补充盖章的签到表" in form.partition('<form class="form"')[0]
