"""From the plain body of a rule file, already of the right shape, to a RuleSet. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .faults import faults
from .model import (
    ZERO,
    Bucket,
    CarryOver,
    Certify,
    ClassRule,
    Clause,
    ConversionRule,
    Evidence,
    Kpi,
    Measure,
    Method,
    Need,
    Obligation,
    Overflow,
    Requirement,
    RuleSet,
    Span,
    Supplement,
    Tier,
    Title,
    Units,
    Who,
)  # fmt: skip
from .shapes import cap, clause, flat, multiplier


def read_rule_set(body: Mapping[str, Any], digest: str) -> RuleSet:
    """The rule set a body of valid shape describes. Raises the first Fault (faults.py)."""
    for fault in faults(body):
        raise fault
    conversion = body.get("conversion", {})
    credits = {key: Decimal(value) for row in body.get("credit", ()) for key, value in row.items()}
    return RuleSet(
        id=body["id"],
        version=body["version"],
        hash=digest,
        title=_title(body["title"]) or Title("", ""),
        basis=tuple(body["basis"]),
        effective=_span(body["effective"]),
        cycle=_span(body["cycle"]) if "cycle" in body else None,
        units=_units(body["units"]),
        conversion=_conversion(conversion),
        buckets=_buckets(body),
        requirements=tuple(_requirement(row) for row in body["requirements"]),
        obligations=tuple(_obligation(row) for row in body.get("obligations", ())),
        caps=tuple(cap(row) for row in body.get("caps", ())),
        flats=tuple(flat(row) for row in body.get("flat", ())),
        multipliers=tuple(multiplier(row) for row in body.get("multiplier", ())),
        credit_mandatory=credits.get("mandatory", Decimal(1)),
        credit_elective=credits.get("elective", Decimal(1)),
        overflow=tuple(Overflow(row["from"], row["to"]) for row in body.get("overflow", ())),
        carry_over=tuple(CarryOver(row["to"], row["years"]) for row in body.get("carry_over", ())),
        supplements=tuple(_supplements(body)),
        class_rule=_class_rule(body.get("class_rules")),
        proration=body["proration"],
        attribution=body.get("attribution", "completion"),
        split_year=body.get("split_year", False),
        dedupe_scope=body.get("dedupe", {}).get("scope", "year"),
        claim_deadline=_month_day(body.get("claim_deadline", "01-15")),
        certify=_certify(body.get("certify", {})),
        merit=body.get("merit", {}),
        kpi=tuple(_kpi(row) for row in body.get("kpi", ())),
        body=body,
    )


def _title(value: Any) -> Title | None:
    """One name for both languages, or one for each."""
    if value is None:
        return None
    return Title(value, value) if isinstance(value, str) else Title(value["zh"], value["en"])


def _span(value: Mapping[str, Any]) -> Span:
    return Span(date.fromisoformat(value["from"]), None if value["to"] is None else date.fromisoformat(value["to"]))


def _month_day(value: str) -> tuple[int, int]:
    month, day = value.split("-")
    return int(month), int(day)


def _units(value: Mapping[str, Any]) -> Units:
    return Units(
        minutes_per_hour=value["minutes_per_hour"],
        hours_per_day=Decimal(value["hours_per_day"]),
        days_per_month=value.get("days_per_month", 30),
        hour_quantum=Decimal(value["hour_quantum"]),
        credit_per_hour=Decimal(value.get("credit_per_hour", 1)),
    )


def _conversion(value: Mapping[str, Any]) -> ConversionRule:
    """Where the block is silent: linear, 90 %, single speed, eight hours a day (interfaces.md §4.1)."""
    methods = {name: _method(row) for name, row in value.items() if isinstance(row, dict) and "method" in row}
    return ConversionRule(
        methods=methods if methods.keys() - {"exam"} else {"online_course": Method("linear"), **methods},
        coverage_required=Decimal(value.get("coverage_required", "0.90")),
        max_rate=Decimal(value.get("max_rate", "1.0")),
        daily_cap_minutes=value.get("daily_clock_cap_minutes", 480),
        bonus_hours=Decimal(value.get("exam_bonus", {}).get("hours", 0)),
    )


def _method(row: Mapping[str, Any]) -> Method:
    tiers = (
        Tier(Decimal(tier["hours"]), _seconds(tier, "at_least_minutes"), _seconds(tier, "over_minutes")) for tier in row.get("tiers", ())
    )
    return Method(row["method"], tuple(tiers), Decimal(row.get("hours", 0)))


def _seconds(tier: Mapping[str, Any], key: str) -> int | None:
    return tier[key] * 60 if key in tier else None


def _buckets(body: Mapping[str, Any]) -> dict[str, Bucket]:
    graces = {row["bucket"]: _month_day(row["until"]) for row in body.get("grace", ())}
    return {
        name: Bucket(name, tuple(clause(row[key]) for key in ("accept", "or") if key in row), _title(row.get("title")), graces.get(name))
        for name, row in body["buckets"].items()
    }


def _kpi(row: Mapping[str, Any]) -> Kpi:
    of, parts = row.get("of"), {name: Fraction(row[name]) for name in ("at_least", "about") if name in row}
    shares = {name: Decimal(part.numerator) / part.denominator for name, part in parts.items()}
    return Kpi(row["id"], row["measure"], _who(of) if isinstance(of, Mapping) else None, **shares)


def _who(row: Mapping[str, Any]) -> Who:
    return Who(
        team=row.get("team"),
        tier_in=frozenset(row.get("tier_in", ())),
        rank_in=frozenset(row.get("rank_in", ())),
        rank_not_in=frozenset(row.get("rank_not_in", ())),
        tag=row.get("tag"),
        unit_kind=row.get("unit_kind"),
        position_class=row.get("position_class"),
        is_leading=row.get("is_leading"),
        is_principal_leader=row.get("is_principal_leader"),
        institution_kind=row.get("institution_kind"),
        excluded=_who(row["not"]) if "not" in row else None,
        any_of=tuple(_who(one) for one in row.get("any_of", ())),
    )


def _requirement(row: Mapping[str, Any]) -> Requirement:
    way = next(iter(row["need"]))
    needs = tuple(_need(need, row.get("bucket")) for need in row["need"][way])
    return Requirement(row["id"], _who(row["who"]), row["period"], needs, way == "any_of", _title(row.get("title")))


def _need(row: Mapping[str, Any], bucket: str | None) -> Need:
    measure = next(measure for measure in Measure if measure in row)
    if "total" in row:
        names = tuple(row["total"]) if isinstance(row["total"], list) else ()
        return Need(measure, Decimal(row[measure]), names, is_total=True)
    return Need(measure, Decimal(row[measure]), (row.get("bucket", bucket),))


def _obligation(row: Mapping[str, Any]) -> Obligation:
    trigger = row.get("trigger")
    kinds = ("recruited", "transferred_in") if trigger == "recruited_or_transferred_in" else (trigger,) if trigger else ()
    due, every = row.get("due", {}), row.get("every")
    conditions = {key: value for key, value in row.get("satisfied_by", {}).items() if key != "published_network_courses"}
    days = row.get("min_days", {})
    return Obligation(
        id=row["id"],
        who=_who(row.get("who", {})),
        trigger=frozenset(kinds),
        due_before=due.get("before"),
        within_months=_months(due["within"]) if "within" in due else None,
        every=every if every in {"year", "cycle"} else None,
        every_months=_months(every) if every is not None and every.startswith("P") else None,
        since=date.fromisoformat(row["from"]) if "from" in row else None,
        evidence=Evidence(clause(conditions)),
        min_days={key: Decimal(value) for key, value in (days if isinstance(days, dict) else {"*": days}).items()},
        gate=row.get("gate"),
        title=_title(row.get("title")),
    )


def _months(text: str) -> int:
    """P1Y, P24M, P1Y6M in months."""
    years, _, rest = text[1:].rpartition("Y")
    return int(years or 0) * 12 + int(rest.rstrip("M") or 0)


def _class_rule(row: Mapping[str, Any] | None) -> ClassRule | None:
    return ClassRule(Fraction(row["leave_limit"]), row["over_limit"], row["hours_on_completion"]) if row else None


def _certify(row: Mapping[str, Any]) -> Certify:
    return Certify(
        online_course=row.get("online_course", "auto_sample"),
        sample=Decimal(row.get("sample", "0.02")),
        claims=row.get("claims", "two_step"),
        classes=row.get("class", "organizer_then_authority"),
    )


def _supplements(body: Mapping[str, Any]) -> Iterator[Supplement]:
    """Recognition of self-study, where it is switched on, and substitutions."""
    row = body.get("recognition")
    if row is not None and row["enabled"]:
        only: Clause = (("category", frozenset({row["category"]})),)
        yield Supplement(frozenset(row["into"]), only, Decimal(1), Fraction(row["cap_share"]), "recognised")
    for row in body.get("substitution", ()):
        factor = Decimal(row.get("factor", 1))
        yield Supplement(frozenset(row["into"]), clause(row["accept"]), factor or ZERO, Fraction(row["cap_share"]), "substituted")
