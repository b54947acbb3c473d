"""Built files by their plain name: `asset('app.js')` reads the manifest of tools/assets.mjs once."""

from __future__ import annotations

import json
from pathlib import Path


class Assets:
    """The manifest of app/static/dist; without one (a test before the build) names stay as they are."""

    def __init__(self, folder: Path, prefix: str = "/static/dist/") -> None:
        self._prefix = prefix
        manifest = folder / "manifest.json"
        self._names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}

    def __call__(self, name: str) -> str:
        """The address of a built file, with its hash in the name."""
        return self._prefix + self._names.get(name, name)
