"""Covers drawn from a hash: layered hills under a sun, never a grey box (frontend.md §1b, §6.24)."""

from __future__ import annotations

import hashlib

PALETTES = (
    ("#DCE9F5", "#F1B9A9", ("#95BAD8", "#6097C2", "#3573A5", "#17568C")),
    ("#E2F0E9", "#F4D9A0", ("#A6D3C1", "#74B79B", "#428F70", "#1B6E53")),
    ("#F8EFDD", "#E79A82", ("#E5C795", "#C99E54", "#A5772A", "#7E560F")),
    ("#E4E9F2", "#F0B4A8", ("#ABB7D0", "#7C8DB1", "#526590", "#2E4270")),
    ("#F6E7E2", "#F3C98B", ("#E2B3A6", "#C98373", "#A75747", "#82382B")),
    ("#E6EEEF", "#F2C3A7", ("#A9C4C8", "#75A0A6", "#467780", "#215660")),
)
"""Sky, sun and four layers of hills, in the design's pigments."""


def cover_svg(seed: str) -> str:
    """A 640 × 360 landscape; the same seed always gives the same picture."""
    digest = hashlib.sha256(seed.encode()).digest()
    sky, sun, hills = PALETTES[digest[0] % len(PALETTES)]
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" width="640" height="360">',
        f'<rect width="640" height="360" fill="{sky}"/>',
        f'<circle cx="{320 + digest[1]}" cy="{84 + digest[2] % 50}" r="{34 + digest[3] % 10}" fill="{sun}"/>',
    ]
    for layer, colour in enumerate(hills):
        parts.append(f'<path d="{_ridge(digest[4 + layer * 6 : 10 + layer * 6], layer)}" fill="{colour}"/>')
    return "".join(parts) + "</svg>"


def _ridge(noise: bytes, layer: int) -> str:
    """One line of round hills across the picture, closed at its foot: far ones high and steep, near ones broad and low."""
    valley, rise = 196 + layer * 46, 92 - layer * 14
    widths = [130 + byte for byte in noise[layer % 2 : 5]]
    total = sum(widths)
    left = -float(noise[5] % 90)
    path = [f"M0 360V{valley}L{left:.0f} {valley}"]
    for number, width in enumerate(widths):
        span = width * 740 / total
        right, foot = left + span, valley + noise[number] % 21 - 10
        top = foot - rise * (0.45 + 0.75 * span / 250)
        path.append(f"C{left + span * 0.3:.0f} {top:.0f} {right - span * 0.3:.0f} {top:.0f} {right:.0f} {foot}")
        left = right
    return "".join(path) + "V360Z"
