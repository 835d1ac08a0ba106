"""A trial as tables: power, level, what it would decide, and what its changes are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from brainmag.locales import localise, text
from brainmag.report.numbers import format_interval
from brainmag.report.rich_table import start_table

if TYPE_CHECKING:
    from rich.table import Table

# Shares nearer to all or to nothing are told as that; numbers smaller than the least are none.
NEARLY, LEAST = 0.01, 1e-3
RESULT_HEADS = (
    *("endpoint", "comparison", "analysis", "n", "hypothesis", "assumed", "power", "assurance"),
    *("effect", "n80", "n90"),
)
LOOK_HEADS = ("endpoint", "comparison", "hypothesis", "n", "way", "level", "power", "false")
NONE = {"median": 0.0, "low": 0.0, "high": 0.0}
PART_HEADS = ("arm", "endpoint", "part")
WHOLE = "intention-to-treat"
SURE = 0.95


def draw_trial_tables(document: Mapping[str, Any], lang: str) -> list[Table]:
    """Return the tables of one trial; those without a row are left out."""
    draw = (
        _draw_results,
        _draw_families,
        _draw_decisions,
        _draw_looks,
        _draw_published,
        _draw_parts,
    )
    return [table for one in draw if (table := one(document, lang)).rows]


def _heads(keys: Sequence[str], lang: str) -> list[str]:
    return [text(f"trials.table.{key}", lang=lang) for key in keys]


def write_share(share: float | None) -> str:
    """Return a share as whole percents.

    Examples
    --------
    >>> write_share(0.123), write_share(0.999), write_share(None)
    ('12 %', '> 99 %', '')
    """
    if share is None:
        return ""
    if share > 1.0 - NEARLY:
        return "> 99 %" if share < 1.0 else "100 %"
    return "< 1 %" if 0.0 < share < NEARLY else f"{100 * share:.0f} %"


def write_number(value: float, lang: str) -> str:
    """Return three digits, and nothing for less than a thousandth.

    Examples
    --------
    >>> [write_number(value, "en") for value in (12.345, 3.5e-8, -0.25)]
    ['12.3', '0', '-0.25']
    """
    return "0" if abs(value) < LEAST else localise(f"{value:.3g}", lang)


def write_interval(told: Mapping[str, float] | None, lang: str) -> str:
    """Return a median with its interval.

    Examples
    --------
    >>> write_interval({"median": 0.2, "low": -0.1, "high": 0.5}, "en")
    '0.2 (-0.1 to 0.5)'
    """
    if told is None:
        return ""
    parts = (write_number(told[part], lang) for part in ("median", "low", "high"))
    return format_interval(parts, lang)


def _draw_results(document: Mapping[str, Any], lang: str) -> Table:
    title = text("trials.table.title", lang=lang, name=document["trial"]["name"])
    table = start_table(title, _heads(RESULT_HEADS, lang))
    units = {one["id"]: one["unit"] for one in document["trial"]["endpoints"]}
    for row in sorted(document["results"], key=lambda r: _place(document, r)):
        if row["people"] != WHOLE:
            continue
        power = write_share(row["power"])
        if row["adjusted_power"] is not None:
            power += f" [{write_share(row['adjusted_power'])}]"
        table.add_row(
            f"{row['endpoint']} ({units[row['endpoint']]})",
            row["contrast"],
            row["analysis"],
            str(row["n"]),
            row["hypothesis"],
            write_number(row["assumed"], lang),
            power,
            write_share(row["assurance"]),
            _write_effect(row, lang),
            *(_write_size(row["n_for"][power]) for power in ("0.8", "0.9")),
        )
    return table


def _write_effect(row: Mapping[str, Any], lang: str) -> str:
    """Return the effect found, or of responders their share on both sides."""
    if row["responders"] is None:
        return write_interval(row["effect"], lang)
    plus, minus = map(write_share, row["responders"])
    return text("trials.table.responders", lang=lang, plus=plus, minus=minus)


def _place(document: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Return where a row stands: as the design has endpoints, analyses and contrasts; by size."""
    ends = document["trial"]["endpoints"]
    number = [one["id"] for one in ends].index(row["endpoint"])
    contrasts = [one["id"] for one in document["trial"]["contrasts"]]
    analysis = ends[number]["analyses"].index(row["analysis"])
    return number, contrasts.index(row["contrast"]), analysis, row["n"]


def _draw_families(document: Mapping[str, Any], lang: str) -> Table:
    heads = _heads(("hypothesis", "n", "method", "tests", "any", "all", "false"), lang)
    table = start_table(text("trials.table.families", lang=lang), heads)
    for row in document["families"]:
        shares = [write_share(row.get(key)) for key in ("any", "all", "type_one")]
        tests = "; ".join(row["tests"])
        table.add_row(row["hypothesis"], str(row["n"]), row["method"], tests, *shares)
    return table


def _write_size(size: int | None) -> str:
    return "-" if size is None else f"{size:,}".replace(",", " ")


def _draw_decisions(document: Mapping[str, Any], lang: str) -> Table:
    names = list(dict.fromkeys(row["hypothesis"] for row in document["decisions"]))
    heads = _heads(("endpoint", "comparison", "n", "true", "decides", "misleads"), lang)
    heads += [text("trials.table.rules_out", lang=lang, name=name) for name in names]
    table = start_table(text("trials.table.decisions", lang=lang, odds=document["odds"]), heads)
    primary = {one["id"] for one in document["trial"]["endpoints"] if one["primary"]}
    for row in document["decisions"]:
        if row["endpoint"] in primary:
            shares = [row["decides"], row["misleads"], *row["rules_out"].values()]
            told = (row["endpoint"], row["contrast"], str(row["n"]), row["hypothesis"])
            table.add_row(*told, *map(write_share, shares))
    return table


def _draw_looks(document: Mapping[str, Any], lang: str) -> Table:
    heads = _heads((*LOOK_HEADS, "expected_n", "expected_weeks"), lang)
    table = start_table(text("trials.table.looks", lang=lang), heads)
    for row in document["looks"]:
        stops = ", ".join(
            f"{write_share(look)}: {write_share(share)}"
            for look, share in zip(row["looks"], row["stops"], strict=True)
        )
        way = text("trials.table.stopping", lang=lang, boundary=row["boundary"], stops=stops)
        table.add_row(*_tell_look(row, way, row["expected_n"], lang))
    for row in document["resized"]:
        way = text("trials.table.resizing", lang=lang)
        table.add_row(*_tell_look(row, way, row["people"]["median"], lang))
    return table


def _tell_look(row: Mapping[str, Any], way: str, people: float, lang: str) -> list[str]:
    shares = [write_share(row.get(key)) for key in ("power", "type_one")]
    return [
        *(row["endpoint"], row["contrast"], row["hypothesis"], str(row["n"]), way),
        localise(f"{100 * row['level']:.3g} %", lang),
        *shares,
        f"{people:.0f}",
        f"{row['expected_weeks']:.0f}",
    ]


def _draw_published(document: Mapping[str, Any], lang: str) -> Table:
    names = list(document["published"][0]["foreseen"]) if document["published"] else []
    heads = [*_heads(("figure", "published"), lang), *names]
    table = start_table(text("trials.table.published_title", lang=lang), heads)
    for row in document["published"]:
        found = (
            text(f"trials.outcomes.{row['outcome'].replace(' ', '-')}", lang=lang)
            if row["observed"] is None
            else write_number(row["observed"], lang)
        )
        cells: list[str] = []
        for one in row["foreseen"].values():
            key = "chance" if "chance" in one else "below"
            told = text(f"trials.table.{key}", lang=lang, share=write_share(one[key]))
            cells.append(f"{write_interval(one, lang)}; {told}")
        table.add_row(f"{row['figure']} ({row['unit']})", found, *cells)
    return table


def _draw_parts(document: Mapping[str, Any], lang: str) -> Table:
    """Return what changes are made of; what nobody has, and a whole of one part, is left out."""
    names = list(dict.fromkeys(row["hypothesis"] for row in document["parts"]))
    table = start_table(text("trials.table.parts", lang=lang), [*_heads(PART_HEADS, lang), *names])
    none = write_interval(NONE, lang)
    cells: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for row in document["parts"]:
        own = cells.setdefault((row["arm"], row["endpoint"]), {})
        own.setdefault(row["part"], {})[row["hypothesis"]] = write_interval(row, lang)
    for (arm, endpoint), parts in cells.items():
        told = {part: one for part, one in parts.items() if set(one.values()) != {none}}
        if len(told) == len(("all", "one part")):
            told.pop("all", None)
        for part, one in told.items():
            word = text(f"trials.parts.{part}", lang=lang)
            table.add_row(arm, endpoint, word, *(one.get(name, "") for name in names))
    return table


def list_trial_remarks(documents: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """Return what a reader of the tables of some trials must know, a paragraph each."""
    remarks = [remark for one in documents for remark in _list_own_remarks(one, lang)]
    first = documents[0]
    replicates = first["replicates"]
    half = 100.0 * 1.96 * (0.25 / replicates) ** 0.5
    remarks.append(
        text(
            "trials.remarks.meaning",
            lang=lang,
            replicates=replicates,
            worlds=first["worlds"],
            half=f"{half:.0f}",
        )
    )
    methods = {
        one["trial"]["plan"]["multiplicity"]
        for one in documents
        if any(row["adjusted_power"] is not None for row in one["results"])
    }
    remarks += [text("trials.remarks.adjusted", lang=lang, method=one) for one in sorted(methods)]
    if any(one["published"] for one in documents):
        remarks.append(text("trials.remarks.published", lang=lang))
    if any(row["hypothesis"] == "carrier" for one in documents for row in one["results"]):
        remarks.append(text("trials.remarks.carrier", lang=lang))
    remarks.append(text("trials.remarks.parts", lang=lang))
    if any(end["unit"] == "z" for one in documents for end in one["trial"]["endpoints"]):
        remarks.append(text("trials.remarks.z", lang=lang))
    return remarks


def _list_own_remarks(document: Mapping[str, Any], lang: str) -> list[str]:
    """Return what is to be known of one trial alone."""
    name = document["trial"]["name"]
    remarks = [_warn(one, lang) for one in document["warnings"]]
    levels = [row["type_one"] for row in document["type_one"] if row["people"] == WHOLE]
    if levels:
        remarks.append(_tell_level(document, levels, lang))
    failed = sum(row["failed"] for row in document["results"])
    if failed:
        remarks.append(text("trials.remarks.failed", lang=lang, name=name, failed=failed))
    assumed = [one["id"] for one in document["trial"]["endpoints"] if "(c)" in one["basis"]]
    if assumed:
        told = ", ".join(assumed)
        remarks.append(text("trials.remarks.assumed", lang=lang, name=name, endpoints=told))
    weeks = f"{document['trial']['weeks']:.0f}"
    return [*remarks, text("trials.remarks.duration", lang=lang, name=name, weeks=weeks)]


def _warn(warning: Mapping[str, Any], lang: str) -> str:
    """Return a warning; what is said of an intake stands with the intake's own texts."""
    values = _round(warning, lang)
    if "notice" in warning:
        told = text(f"{warning['notice']}.sentence", lang=lang, **warning["values"])
        values = {"arm": warning["arm"], "notice": told}
    return text(f"trials.warnings.{warning['code']}", lang=lang, **values)


def _tell_level(document: Mapping[str, Any], levels: Sequence[float], lang: str) -> str:
    from scipy.stats import binom  # noqa: PLC0415

    name, replicates = document["trial"]["name"], document["replicates"]
    low, high = write_share(min(levels)), write_share(max(levels))
    if document["trial"]["design"] == "before-after":
        key = "trials.remarks.level_without_control"
        return text(key, lang=lang, name=name, low=low, high=high)
    alpha = document["trial"]["plan"]["alpha"]
    # Of the least and the most of as many shares as there are.
    tail = (1.0 - SURE) / 2.0 / len(levels)
    least, most = (binom.ppf(place, replicates, alpha) / replicates for place in (tail, 1.0 - tail))
    return text(
        "trials.remarks.level",
        lang=lang,
        name=name,
        low=low,
        high=high,
        alpha=write_share(alpha),
        replicates=replicates,
        least=localise(f"{100 * least:.1f}", lang),
        most=localise(f"{100 * most:.1f} %", lang),
    )


def _round(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    return {
        name: write_number(value, lang) if isinstance(value, float) else value
        for name, value in values.items()
        if name != "code"
    }


def draw_comparison(documents: Sequence[Mapping[str, Any]], lang: str) -> Table:
    """Return trials beside each other: what each costs and what it tells."""
    keys = ("trial", "endpoint", "n", "weeks", "hypothesis", "power", "assurance", "decides")
    table = start_table(text("trials.table.beside", lang=lang), _heads(keys, lang))
    for document in documents:
        primary = next(one for one in document["trial"]["endpoints"] if one["primary"])
        contrast = document["trial"]["contrasts"][0]["id"]
        for row in document["results"]:
            key = (row["endpoint"], row["analysis"], row["contrast"], row["people"])
            if key != (primary["id"], primary["analyses"][0], contrast, "intention-to-treat"):
                continue
            decides = next(
                (
                    one["decides"]
                    for one in document["decisions"]
                    if all(one[k] == row[k] for k in ("hypothesis", "endpoint", "contrast", "n"))
                ),
                None,
            )
            table.add_row(
                document["trial"]["name"],
                f"{row['endpoint']} {contrast}",
                str(row["n"]),
                f"{document['trial']['weeks']:.0f}",
                row["hypothesis"],
                *(write_share(one) for one in (row["power"], row["assurance"])),
                "-" if decides is None else write_share(decides),
            )
    return table


def draw_design_table(document: Mapping[str, Any], lang: str) -> Table:
    """Return the designs that come along."""
    keys = ("trial", "design", "arms", "n", "weeks", "endpoints", "known")
    table = start_table(text("trials.designs.title", lang=lang), _heads(keys, lang))
    for one in document["designs"]:
        known = "published_trial" if one["published"] else "proposal"
        table.add_row(
            one["name"],
            one["design"],
            ", ".join(arm["id"] for arm in one["arms"]),
            str(one["size"]),
            f"{one['weeks']:.0f}",
            ", ".join(end["id"] for end in one["endpoints"]),
            text(f"trials.designs.{known}", lang=lang),
        )
    return table
