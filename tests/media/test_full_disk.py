"""A disk that is really full: a small file system of its own under MEDIA_DIR where we may mount one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.jobs import service as jobs
from app.kernel.work import College
from app.media import jobs as media_jobs
from app.media import places
from app.media.models import Asset
from tests.conftest import WorkAs
from tests.media import corpus
from tests.media.conftest import Doors

pytestmark = pytest.mark.sqlite_only
MEBI = 1 << 20


class SmallDisk:
    """Twelve MiB under MEDIA_DIR: mounted as root, else told by the outer port alone."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        command = ("mount", "-t", "tmpfs", "-o", "size=12m,mode=755", "tmpfs", str(root))
        self.is_mounted = shutil.which("mount") is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0
        if self.is_mounted:
            monkeypatch.setattr(places, "free_bytes", lambda _root: 1 << 40)  # the guards sleep: only the system says no
        else:
            monkeypatch.setattr(places, "free_bytes", lambda path: max(0, 12 * MEBI - used(path)) + places.RESERVE)

    def fill(self, left: int) -> Path:
        """Leave `left` bytes."""
        ballast = self.root / "ballast"
        ballast.write_bytes(bytes(max(0, 12 * MEBI - used(self.root) - left)))
        return ballast


def used(root: Path) -> int:
    """Bytes of all files under a folder."""
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


@pytest.fixture
def disk(college: College, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    """The small disk, unmounted afterwards."""
    made = SmallDisk(college.settings.media_dir, monkeypatch)
    yield made
    if made.is_mounted:
        subprocess.run(("umount", "-l", str(made.root)), check=True)


def test_an_upload_that_meets_a_full_disk_is_told_and_goes_on_where_it_stood(doors: Doors, disk: SmallDisk) -> None:
    content = bytes(4 * MEBI)
    path = doors.tus("teacher", "POST", headers={"Upload-Length": len(content)}).headers["Location"]
    ballast = disk.fill(2 * MEBI)
    refused = doors.send("teacher", path, 0, content)
    assert (refused.status_code, refused.json["code"]) == (507, "no_space")
    offset = int(doors.tus("teacher", "HEAD", path).headers["Upload-Offset"])
    assert offset == refused.json["offset"]
    ballast.unlink()
    assert doors.send("teacher", path, offset, content[offset:]).status_code == 204


def test_an_encoding_that_meets_a_full_disk_publishes_nothing_and_goes_on_when_there_is_space(
    doors: Doors, disk: SmallDisk, college: College, work_as: WorkAs, tmp_path: Path
) -> None:
    film = corpus.film(tmp_path / "noise.mp4", 4, "320x180", "-vf", "noise=alls=100:allf=t", "-crf", "18")
    doors.upload("teacher", film.read_bytes())
    ballast = disk.fill(film.stat().st_size // 4)

    def run_all() -> Asset:
        while True:
            with work_as(write=False) as work:
                waiting = jobs.due(work)
            if not waiting:
                break
            for job_id in waiting:
                jobs.run(college, job_id)
        with work_as(write=False) as work:
            return work.session.scalars(select(Asset)).one()

    row = run_all()
    if disk.is_mounted:
        assert (row.state, row.reason, row.segments) == ("failed", "no_space", {})
        assert not (places.served(disk.root, row.uid) / "master.m3u8").exists()
    ballast.unlink()
    with work_as() as work:
        media_jobs.tidy(work)
    assert run_all().state == "ready"
