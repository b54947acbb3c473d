"""The process that opens an untrusted PDF: it locks itself up first, paints the first pages as PNG, and ends.

Started by app/claims/service/papers.py with the specification as its argument and the file as standard input; nothing
else imports it. PDFium is built without JavaScript, and forms are not begun, so that nothing in the file is run.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pypdfium2
from PIL import Image, PngImagePlugin  # noqa: F401  # loaded while its folder can still be read

from app.media.confine import confine

PASSWORD_NEEDED = 4
"""FPDF_ERR_PASSWORD of PDFium."""


def paint(content: bytes, shown: int, pixels: int) -> dict[str, Any]:
    """Write `1.png`, `2.png`, … and tell how many pages there are."""
    with pypdfium2.PdfDocument(content) as document:
        pages = len(document)
        for number in range(min(pages, shown)):
            page = document[number]
            width, height = page.get_size()
            scale = min(pixels / max(width, height, 1), 3)
            page.render(scale=scale, may_draw_forms=False).to_pil().save(f"{number + 1}.png", "PNG")
        return {"pages": pages, "shown": min(pages, shown)}


def main() -> None:
    """Lock up, paint, and write one line of JSON."""
    spec = json.loads(sys.argv[1])
    Image.new("RGB", (1, 1)).save("/dev/null", "PNG")
    confine(spec["limits"], spec["job"], [])
    try:
        with open(0, "rb", closefd=False) as file:
            answer = paint(file.read(), spec["shown"], spec["pixels"])
    except pypdfium2.PdfiumError as error:
        answer = {"why": "locked" if getattr(error, "err_code", 0) == PASSWORD_NEEDED else "broken"}
    sys.stdout.write(json.dumps(answer))
