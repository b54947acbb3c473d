"""Turns lecture scripts into slides, voice, captions, chapters and video. Authoring time only.

Its packages are locked in `requirements-narration.txt`; a college that merely runs needs none of them.
"""

from pathlib import Path

HERE = Path(__file__).parent
COURSES = HERE.parent / "courses"
