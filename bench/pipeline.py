"""Publishing a film: the bare ffmpeg ladder, and the whole pipeline of the product on the same file."""

from __future__ import annotations

import resource
import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
from sqlalchemy import select

from app.jobs import service as jobs
from app.jobs.models import Job
from app.kernel.work import Actor, working
from app.media import service as media
from app.people.models import Account
from bench.servers import Server

LADDER = [
    *(
        "-filter_complex",
        "[0:v]split=2[a][b];[a]scale=-2:360[v0];[b]scale=-2:720[v1]",
        "-map",
        "[v0]",
        "-map",
        "0:a",
        "-map",
        "[v1]",
        "-map",
        "0:a",
    ),
    *(
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-b:v:0",
        "600k",
        "-b:v:1",
        "1800k",
        "-g",
        "100",
        "-sc_threshold",
        "0",
        "-c:a",
        "aac",
        "-b:a",
        "96k",
    ),
    *("-f", "hls", "-hls_time", "4", "-hls_segment_type", "fmp4", "-hls_playlist_type", "vod", "-var_stream_map"),
]
"""360p and 720p in one pass, as the product encodes them."""


def bare_ladder(source: Path, folder: Path) -> None:
    """360p and 720p as HLS by one ffmpeg command, nothing else."""
    folder.mkdir(exist_ok=True)
    head = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-i", str(source)]
    names = ["-hls_segment_filename", str(folder / "v%v_%03d.m4s"), str(folder / "v%v.m3u8")]
    subprocess.run([*head, *LADDER, "v:0,a:0 v:1,a:1", *names], check=True)


def product(server: Server, source: Path) -> tuple[float, float]:
    """CPU seconds of the whole pipeline (checks, remux, ladder, pictures), and wall seconds of the remux alone."""
    college = server.college
    assert college is not None
    with working(college, Actor.system("bench")) as work:
        owner = work.session.scalars(select(Account.person_id).where(Account.user_name == "instructor")).one()
        began = time.perf_counter()
        media.ingest_ready(work, source, file_name="remux.mp4", owner_id=owner, captions="WEBVTT\n", chapters=[])
        remux = time.perf_counter() - began
    other = source.with_name("whole.mp4")
    other.write_bytes(source.read_bytes() + b"\x00\x00\x00\x08free")
    with working(college, Actor.system("bench")) as work:
        media.receive(work, other, "whole.mp4", owner)
    before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) + time.process_time()
    while True:
        with working(college, Actor.system("bench"), write=False) as work:
            waiting = jobs.due(work, long=True)
        if not any(jobs.run(college, job_id) for job_id in waiting):
            break
    with working(college, Actor.system("bench"), write=False) as work:
        assert work.session.scalars(select(Job.error).where(Job.error.is_not(None))).first() is None
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) + time.process_time() - before, remux
