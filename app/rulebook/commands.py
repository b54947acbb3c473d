"""`flask rules …`: check rule files, judge facts, convert a lecture. None of it needs a database (interfaces.md §5)."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from app.rulebook import service
from app.rulebook.rules import Facts, NotInForce, RuleSet, UnknownKind, convert, evaluate
from app.rulebook.rules.facts_reading import FactsFaults, read_facts
from app.rulebook.rules.showing import conversion_json, evaluation_json
from app.rulebook.service.chinese import in_chinese
from app.rulebook.service.positions import Finding, Unreadable, read_json

BAD_INPUT = 2
"""Exit status for input that cannot mean anything; 1 is for rule files with findings."""


@click.group("rules")
def rules() -> None:
    """Rule sets of study hours."""


@rules.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--zh", is_flag=True, help="Findings in Chinese.")
def check(files: Sequence[Path], *, zh: bool) -> None:
    """Check FILES, or every rule set that is shipped; findings name the line, exit status 1.

    What is accepted but not in effect yet is noted on standard error; it is no finding.
    """
    paths = list(files) or sorted(service.FOLDER.glob("*.yaml"))
    count = 0
    for path in paths:
        try:
            raw = path.read_bytes()
        except OSError as error:
            _stop([f"{path}: {error.strerror}"])
        document, findings = service.examine(path.name, raw)
        count += len(findings)
        for finding in findings:
            click.echo((replace(finding, message=in_chinese(finding.message)) if zh else finding).text(str(path)))
        if document is not None and not findings:
            body = document.value
            click.echo(f"{path}: {body['id']}@{body['version']} sha256 {service.digest(body)}")
            for note in service.idle(document):
                click.echo((replace(note, message=in_chinese(note.message)) if zh else note).text(str(path)), err=True)
    if count:
        click.echo(f"findings: {count}, files: {len(paths)}; nothing was changed", err=True)
        sys.exit(1)


@rules.command("evaluate")
@click.argument("facts_file", metavar="FACTS.json|-", type=click.File("rb"))
def evaluate_facts(facts_file: Any) -> None:
    """Print the verdict on FACTS.json (`-`: standard input); malformed facts: findings by line, exit status 2."""
    name = str(getattr(facts_file, "name", "-")).replace("<stdin>", "-")
    facts, document = _facts(name, facts_file.read())
    try:
        book = service.rule_set(facts.rule_set, date(facts.year, 12, 31))
        verdict = evaluate(service.of_shelf(facts.rule_set, book, facts.year), facts)
    except service.NoSuchRuleSet:
        known = ", ".join(service.shelf())
        _stop([document.finding(("rule_set",), f"no rule set {facts.rule_set} at the end of {facts.year}; there are {known}").text(name)])
    except NotInForce as error:
        _stop([document.finding(("year",), str(error)).text(name)])
    click.echo(json.dumps(evaluation_json(verdict), ensure_ascii=False, indent=2))


def _facts(name: str, raw: bytes) -> tuple[Facts, Any]:
    """Facts of a file, or the findings on standard error and exit status 2."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Finding(raw[: error.start].count(b"\n") + 1, 1, (), "the facts are not UTF-8 text")
        _stop([place.text(name)])
    try:
        document = read_json(text)
        return read_facts(document.value), document
    except Unreadable as error:
        _stop([error.finding.text(name)])
    except FactsFaults as error:
        _stop([document.finding(fault.path, fault.message).text(name) for fault in error.faults])


@rules.command("convert")
@click.option("--rule-set", "name", required=True, help="An id (its highest version) or a pin like demo@1.")
@click.option("--kind", required=True, help="What is converted: online_course.")
@click.option("--seconds", required=True, multiple=True, type=click.IntRange(0, 10_000_000), help="Length of a lecture; once for each.")
@click.option("--covered-seconds", multiple=True, type=click.IntRange(0, 10_000_000), help="Seconds of it that were shown; once for each.")
@click.option("--test-passed", is_flag=True, help="The test of the course was passed.")
def convert_lectures(name: str, kind: str, seconds: Sequence[int], covered_seconds: Sequence[int], test_passed: bool) -> None:
    """Print what lectures of so many seconds are worth."""
    book = _newest(name)
    if covered_seconds and len(covered_seconds) != len(seconds):
        _stop(["--covered-seconds: once for each --seconds, or not at all"])
    try:
        result = convert(book, kind, seconds, test_passed, covered_seconds or None)
    except UnknownKind as error:
        _stop([f"--kind: {error}"])
    click.echo(json.dumps(conversion_json(result), ensure_ascii=False))


def _newest(name: str) -> RuleSet:
    """The version a pin names, or the highest of an id; a conversion needs no day."""
    books = service.shelf()
    found = [book for book in books.values() if name in (book.pin, book.id)]
    if not found:
        _stop([f"--rule-set: there is no {name}; there are {', '.join(books)}"])
    return max(found, key=lambda book: book.version)


def _stop(messages: Sequence[str]) -> NoReturn:
    """Say what is wrong on standard error and end with status 2."""
    for message in messages:
        click.echo(message, err=True)
    sys.exit(BAD_INPUT)


commands = [rules]
