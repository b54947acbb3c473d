"""`flask prepare` and `flask demo load`: from an empty machine to a college."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.admin import demo, history, migrating
from app.admin.reckoning import beside
from app.claims import demo as claims
from app.classes import demo as classes
from app.compliance import service as compliance
from app.desk import demo as desk
from app.exams import demo as exams
from app.kernel.clock import civil
from app.kernel.db import vacuum
from app.kernel.errors import Refusal
from app.kernel.web import college
from app.kernel.work import Actor, working
from app.people import demo as city
from app.people.models import Account
from app.practice import demo as practice
from app.search import service as search
from app.years import demo as years
from app.years import service as year_life

STATES = {"open": "进行中", "closing": "结账中", "closed": "已结账", "restated": "已重述"}


def migrate() -> None:
    """Bring the database to the version of this code; a SQLite file is copied first and put back if a step fails."""
    engine = college().engine
    file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    copy = _copied(file) if file and file.exists() else None
    try:
        with engine.connect() as connection:
            migrating.upgrade(connection)
            connection.commit()
    except Exception:
        if copy and file:
            engine.dispose()
            shutil.copy2(copy, file)
        raise
    finally:
        if copy:
            copy.unlink(missing_ok=True)


def _copied(file: Path) -> Path:
    """A copy of the database beside it, for the length of a migration."""
    copy = file.with_suffix(".before-migration")
    shutil.copy2(file, copy)
    return copy


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Database up to date and, in the demo, a college in it. Does nothing where all stands."""
    try:
        _prepare()
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    except OperationalError as error:
        raise click.ClickException(f"数据库打不开或拒绝了操作（DATABASE_URL、DATA_DIR）：{error.orig}") from error


def _prepare() -> None:
    settings = college().settings
    migrate()
    if settings.is_demo:
        with working(college(), Actor.system("prepare"), write=False) as work:
            is_empty = not work.session.scalar(select(func.count()).select_from(Account))
        if is_empty:
            _load("xs", 2026, 0, None)
        else:
            demo.load_courses(college(), click.echo)
    with working(college(), Actor.system("prepare"), write=False) as work:
        is_unindexed = search.needs_rebuild(work)
    if is_unindexed:
        click.echo(f"检索：{search.rebuild(college()).documents} 条")


@click.group("demo")
def demo_group() -> None:
    """The demo college."""


@demo_group.command("load")
@click.option(
    "--scale", type=click.Choice(["xs", "s", "m", "full"]), default="xs", show_default=True, help="188, 1,880, 18,800 or 188,000 people."
)
@click.option("--seed", type=int, default=2026, show_default=True)
@click.option(
    "--overlap", type=click.IntRange(0), default=0, show_default=True, help="Memberships held by people who are in another team too."
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day the city lives on; today if not given.")
@with_appcontext
def load(scale: str, seed: int, overlap: int, today: datetime | None) -> None:
    """People, courses and history of the demo city. The same arguments always make the same city."""
    if not college().settings.is_demo:
        raise click.ClickException("the demo college is refused in production (APP_ENV)")
    migrate()
    _load(scale, seed, overlap, today.date() if today else None)


def _load(scale: str, seed: int, overlap: int, today: date | None) -> None:
    """The people, then the courses, then what they have studied, then where that leaves them in each year, and the closed years."""
    day = today or civil(college().clock.now()).date()
    try:
        with working(college(), Actor.system("demo")) as work:
            loaded = city.load_people(work, scale=scale, seed=seed, overlap=overlap, today=day, progress=_count)
        click.echo(f"{loaded.units} 个单位，{loaded.persons} 人，{loaded.memberships} 个队伍身份")
        practice.load_for_quizzes(college(), scale, _acting, click.echo)
        demo.load_courses(college(), click.echo)
        click.echo(f"{history.load_history(college(), day, seed, _tell_lines)} 条以往台账")
        classes.load(college(), scale, _acting, click.echo)
        exams.load_exams(college(), scale, _acting, click.echo)
        practice.load(college(), scale, _acting, click.echo)
        desk.load_studied(college(), _acting, click.echo)
        if claims.load_planned(college(), _acting, click.echo):
            click.echo(f"{claims.load_city(college(), _acting, seed)} 份全市学时申报")
        past = range(day.year - history.YEARS_BACK, day.year)
        with beside(college(), loaded.persons) as begin:
            reports = {one: begin(year_life.figures, *one) for one in years.closing_days(day, past)}
            month = day.replace(day=1) - timedelta(days=1)
            snapshot = begin(compliance.take_as_of, month) if month.year == day.year else None
            _open_standings(day)
            if snapshot is not None:
                click.echo(f"{month.isoformat()} 达标快照：{snapshot()} 项")
            for year, state in years.load_years(college(), _acting, past, lambda *one: reports[one]()).items():
                click.echo(f"{year} 年度：{STATES[state]}")
        vacuum(college().engine)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal


def _open_standings(day: date) -> None:
    """Judge everybody in the closed years and the current one, so that reports are full from the first look."""
    years = range(day.year - history.YEARS_BACK, day.year + 1)
    click.echo(f"{years[0]}–{years[-1]} 年达标：{compliance.rebuild(college(), *years, progress=_tell_judged)} 项")


def _acting(user_name: str) -> Actor:
    """The person behind a demo account, with his own grants."""
    with working(college(), Actor.system("demo"), write=False) as work:
        return demo.actor_named(work, user_name)


def _count(people: int) -> None:
    """Progress of a long load, on one line each 20,000 people."""
    if people % 20_000 == 0:
        click.echo(f"{people} 人")


def _tell_lines(done: int, people: int, lines: int) -> None:
    """Progress of the past, a line for each 10,000 people."""
    if done % 10_000 == 0:
        click.echo(f"以往台账：{done}/{people} 人，{lines} 条")


def _tell_judged(people: int) -> None:
    """Progress of the standings, a line for each 20,000 people."""
    if people % 20_000 == 0:
        click.echo(f"达标：{people} 人")
