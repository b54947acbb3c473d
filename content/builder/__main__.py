"""`python -m content.builder [course…]`: build what has changed. See content/README.md."""

import argparse
import shutil
import sys
from pathlib import Path

from content.builder import COURSES
from content.builder.build import Studio, build_lecture, stale
from content.builder.slides import camera
from content.builder.speech import Narrator
from content.reader import course_folders, read_head


def main() -> int:
    """Build the named courses (all of them by default); 1 when there is nothing to photograph slides with."""
    parser = argparse.ArgumentParser(prog="python -m content.builder", description=__doc__)
    parser.add_argument("course", nargs="*", help="folder names under content/courses; none: all")
    parser.add_argument("--courses", type=Path, default=COURSES, help="where the course folders are")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "college-narration")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    parser.add_argument("--check", action="store_true", help="only list what is stale; exit status 1 if anything is")
    wanted = parser.parse_args()
    courses = [read_head(folder) for folder in course_folders(wanted.courses) if folder.name in wanted.course or not wanted.course]
    work = [(course, script) for course in courses for script in stale(course)]
    if wanted.check:
        print("\n".join(f"stale: {course.slug}/{script.name}" for course, script in work) or "all lectures are current")
        return 1 if work else 0
    if not wanted.chromium:
        print("No Chromium found; name one with --chromium.", file=sys.stderr)
        return 1
    narrator = Narrator(wanted.cache)
    with camera(wanted.chromium) as eye:
        for course, script in work:
            print(build_lecture(course, script, Studio(narrator, eye)), flush=True)
    return 0


sys.exit(main())
