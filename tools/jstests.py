"""Run the front end's unit tests (node:test) with the node that the build found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import bootstrap


def main() -> int:
    """The exit status of `node --test tests/js`."""
    engine, _npm, environ = bootstrap.node()
    files = sorted(str(path) for path in (bootstrap.ROOT / "tests" / "js").glob("*.test.*js"))
    if not files:
        print("no front-end tests found", file=sys.stderr)
        return 1
    return subprocess.run([*engine, "--test", *files], cwd=bootstrap.ROOT, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
