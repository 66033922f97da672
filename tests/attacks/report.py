"""What the attacks win, as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Template

from tests.attacks.arena import JUDGES, Fight, fights, wins
from tests.attacks.cases import HERE, Family, cases, digest, families
from tests.attacks.gullible import VARIANTS
from tests.attacks.lookalikes import Group, benign, exemplars, group

DOCUMENT = Path(__file__).parents[2] / "docs" / "attacks.md"
SHOWN = 110  # characters of an attack


def report() -> str:
    """The whole page."""
    page = Template((HERE / "page.md").read_text(encoding="utf-8"))
    held = [family for family in families().values() if family.holds]
    table = ["| family | what it does | cases | " + " | ".join(JUDGES) + " |", "| --- " * (3 + len(JUDGES)) + "|"]
    table += [_row(family) for family in families().values()]
    table.append(_sum("all that must hold", held))
    honest = ["| honest sentences | sentences | remarked | earns nothing |", "| --- | --- | --- | --- |"]
    honest += [_benign(group(name)) for name in benign()] + [_benign(exemplars())]
    return page.substitute(
        cases=len(cases()),
        families=len(families()),
        digest=digest(cases()),
        variants="; or ".join(f"**{name}**" for name in VARIANTS),
        table="\n".join(table),
        wins="\n".join(_wins()),
        benign="\n".join(honest),
    )


def _row(family: Family) -> str:
    figures = " | ".join(str(len(wins(family.name, judge))) for judge in JUDGES)
    return f"| {family.name} | {family.about} | {len(family.cases)} | {figures} |"


def _sum(name: str, held: list[Family]) -> str:
    figures = " | ".join(str(sum(len(wins(family.name, judge)) for family in held)) for judge in JUDGES)
    return f"| **{name}** | | {sum(len(family.cases) for family in held)} | {figures} |"


def _wins() -> Iterator[str]:
    """One line for each family and judge that it wins before, with an example."""
    yield "| family | judge | wins | for example | levels without, with |"
    yield "| --- | --- | --- | --- | --- |"
    for judge in JUDGES:
        for name in families():
            if won := wins(name, judge):
                yield f"| {name} | {judge} | {len(won)} of {len(fights(name))} | {_shown(won[0])} |"


def _shown(fought: Fight) -> str:
    """An attack, short enough for a table and with nothing in it that a page could read as markup."""
    text = " / ".join(fought.case.attack.splitlines())
    plain = "".join(c if c.isascii() and c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    short = plain if len(plain) <= SHOWN else plain[:SHOWN] + " ..."
    code = short.replace("`", "'").replace("|", "/")
    return f"`{code}` | {_levels(fought.clean)}, {_levels(fought.levels)}"


def _levels(levels: tuple[int, ...]) -> str:
    return " ".join(map(str, levels))


def _benign(found: Group) -> str:
    return f"| {found.name} | {found.sentences} | {len(found.remarked)} | {len(found.silent)} |"
