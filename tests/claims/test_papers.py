"""PDF evidence as pictures: painted by a confined child, told in a sentence when it cannot be, the file kept as it came (THR-T16)."""

from __future__ import annotations

import hashlib
import io
import re
import zlib

import pytest
from fpdf import FPDF
from PIL import Image

from app.claims import service, words
from app.claims.service import files, papers, refusals
from app.kernel.storage import Storage
from app.media.runner import MIB, Limits
from tests.claims import build
from tests.desk import build as desk

pytestmark = pytest.mark.sqlite_only


def document(pages: int = 1, **more) -> bytes:
    """A PDF of so many pages, each with its number in large letters."""
    made = FPDF(**more)
    for number in range(1, pages + 1):
        made.add_page()
        made.set_font("helvetica", size=48)
        made.cell(text=f"Page {number}")
    return bytes(made.output())


def drawn(content: bytes) -> bytes:
    """A PDF of one page with this stream of drawing orders."""
    packed = zlib.compress(content, 1)
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n4 0 obj<</Length "
        + str(len(packed)).encode() + b"/Filter/FlateDecode>>stream\n" + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )  # fmt: skip


def painted(tmp_path, content: bytes, limits: Limits = papers.LIMITS):
    """What comes of painting these bytes, and the store."""
    store, digest = Storage(tmp_path), hashlib.sha256(content).hexdigest()
    store.put(f"{digest[:2]}/{digest}", content)
    found = papers.paint(store, digest, limits)
    assert store.path(f"{digest[:2]}/{digest}").read_bytes() == content
    return found, store, digest


def test_the_first_pages_are_painted_and_differ(tmp_path):
    found, store, digest = painted(tmp_path, document(5))
    assert (found.pages, found.shown, found.why) == (5, 3, "")
    pages = []
    for number in (1, 2, 3):
        with Image.open(papers.page_place(store, digest, number)) as page:
            assert page.format == "PNG" and max(page.size) <= papers.PIXELS
            pages.append(page.tobytes())
    assert len(set(pages)) == 3
    assert papers.page_place(store, digest, 4) is None and papers.page_place(store, digest, 0) is None


def test_a_page_as_large_as_a_house_is_painted_small(tmp_path):
    found, store, digest = painted(tmp_path, document(unit="pt", format=(14_400, 14_400)))
    with Image.open(papers.page_place(store, digest, 1)) as page:
        assert max(page.size) <= papers.PIXELS
    assert found.shown == 1


SLOW = b"0 0 m " + b" ".join(b"%d %d l" % (n * 7919 % 600, n * 104729 % 800) for n in range(200_000)) + b" S"
FEW = Limits(seconds=4, cpu=1, memory=1_024 * MIB, file=4 * MIB)


@pytest.mark.parametrize(
    ("content", "limits", "why"),
    [
        (build.pdf(), papers.LIMITS, "broken"),
        (b"%PDF-1.4 nothing of it\nstartxref\n9\n%%EOF", papers.LIMITS, "broken"),
        (drawn(SLOW * 3), FEW, "time_limit"),
        (drawn(b" " * (1 << 28)), Limits(seconds=20, cpu=10, memory=300 * MIB, file=4 * MIB), None),
    ],
    ids=["no page", "garbage", "endless lines", "a bomb"],
)
def test_what_cannot_be_painted_says_why_and_harms_nobody(tmp_path, content, limits, why):
    found, _store, _digest = painted(tmp_path, content, limits)
    assert found.why == why if why is not None else (found.why and not found.shown)
    assert words.paper(found)


def test_a_locked_one_is_told_apart(tmp_path):
    locked = FPDF()
    locked.set_encryption(owner_password="owner", user_password="user")
    locked.add_page()
    content = bytes(locked.output())
    found, _store, _digest = painted(tmp_path, content)
    assert (found.shown, found.why) == (0, "locked")


def test_a_locked_one_is_refused_with_a_sentence_of_its_own(college):
    with pytest.raises(refusals.EvidenceLocked) as caught:
        build.receive(college, build.pdf(b"/Encrypt 5 0 R"), "锁.pdf")
    assert caught.value.code == "evidence_locked"


@pytest.mark.parametrize("written", [b"<html><script>alert(1)</script>", b"\x89PNG\r\n\x1a\n" + b"0" * (papers.LIMITS.file + 1)])
def test_only_a_modest_picture_is_taken_over_from_the_child(tmp_path, written):
    (tmp_path / "1.png").write_bytes(written)
    assert papers._picture(tmp_path, 1) is None


def test_a_link_the_child_leaves_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(papers.PNG + b"secret")
    (tmp_path / "1.png").symlink_to(secret)
    assert papers._picture(tmp_path, 1) is None
    assert papers._picture(tmp_path, 2) is None


def test_the_desk_shows_pages_beside_the_claim_and_the_file_stays_to_be_downloaded(college, client):
    office = desk.office(college)
    content = document(5)
    uid = office.checked("cadre", file=content)
    client.sign_in("city")
    page = client.get(f"/manage/hours/{uid}").get_data(as_text=True)
    shown = re.findall(rf"/hours/claims/{uid}/evidence/[0-9a-f-]+/pages/\d", page)
    assert sorted({one[-1] for one in shown}) == ["1", "2", "3"] and "共 5 页，此处显示前 3 页" in page
    picture = client.get(shown[0])
    assert picture.status_code == 200 and picture.mimetype == "image/png"
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Image.open(io.BytesIO(picture.data)).size[0] > 100
    picture.close()
    file = client.get(shown[0].rpartition("/pages/")[0])
    assert file.data == content and "attachment" in file.headers["Content-Disposition"]
    file.close()
    assert client.get(shown[0][:-1] + "4").status_code == 404


def test_the_form_of_a_draft_shows_the_first_page(college, client):
    office = desk.office(college)
    uid = build.draft(college, office.actor("cadre"), file=document(2))
    client.sign_in("cadre")
    assert re.search(rf'<img src="/hours/claims/{uid}/evidence/[0-9a-f-]+/pages/1"', client.get(f"/hours/claims/{uid}/edit").text)


@pytest.mark.parametrize(("who", "status"), [("district", 404), ("colleague", 404), ("cadre", 200), ("city", 200)])
def test_a_page_is_for_those_who_may_see_the_file(college, client, who, status):
    office = desk.office(college)
    uid = office.checked("cadre", file=document())
    evidence = next(iter(evidence_of(office, uid)))
    client.sign_in(who)
    answer = client.get(f"/hours/claims/{uid}/evidence/{evidence}/pages/1")
    assert answer.status_code == status
    answer.close()


def evidence_of(office, uid):
    from app.claims import queries
    from app.kernel.work import Actor, working

    with working(office.college, Actor.system("test"), write=False) as work:
        return [file.uid for file in queries.files_of(work, service.find(work, uid))]


def test_a_broken_one_gives_a_sentence_and_the_download(college, client):
    office = desk.office(college)
    uid = office.checked("cadre", file=build.pdf())
    client.sign_in("city")
    page = client.get(f"/manage/hours/{uid}").get_data(as_text=True)
    assert "此 PDF 无法在此预览" in page and re.search(rf'/hours/claims/{uid}/evidence/[0-9a-f-]+" download', page)
    client.sign_in("cadre")
    assert "此 PDF 无法在此预览" in client.get(f"/hours/claims/{uid}").get_data(as_text=True)


def test_what_was_kept_before_there_was_a_painter_is_still_shown(college):
    got = build.receive(college, document(), "证书.pdf")
    files.storage(college.settings).delete(f"{got.sha256[:2]}/{got.sha256}.pages")
    assert papers.paper(files.storage(college.settings), got.sha256) is None
    assert words.paper(papers.Paper(why="never"))
