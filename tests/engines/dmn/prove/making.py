"""Small models for the tests of proofs, written from tables of text."""

from __future__ import annotations

from html import escape
from itertools import count

from mingtang.engines import dmn

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="t" id="t" namespace="t">'


def model(inputs: dict[str, str], decisions: list[str], types: str = "") -> dmn.Model:
    """A model of ``inputs`` (name -> type) and decisions made by ``table`` and ``literal``."""
    data = "".join(f'<inputData id="i-{slug(n)}" name="{n}"><variable name="{n}" typeRef="{t}"/></inputData>' for n, t in inputs.items())
    return dmn.load(f"{HEAD}{types}{data}{''.join(decisions)}</definitions>".encode())


def slug(name: str) -> str:
    """An XML identifier of a name."""
    return name.replace(" ", "-")


def needs(facts: list[str], others: list[str]) -> str:
    """Information requirements."""
    numbers = count()
    return "".join(f'<informationRequirement id="q{next(numbers)}-{slug(n)}"><requiredInput href="#i-{slug(n)}"/></informationRequirement>' for n in facts) + \
        "".join(f'<informationRequirement id="q{next(numbers)}-{slug(n)}"><requiredDecision href="#d-{slug(n)}"/></informationRequirement>' for n in others)


def literal(name: str, kind: str, text: str, facts=(), others=()) -> str:
    """A decision that is one expression."""
    return (f'<decision id="d-{slug(name)}" name="{name}"><variable name="{name}" typeRef="{kind}"/>{needs(facts, others)}'
            f'<literalExpression id="e-{slug(name)}"><text>{escape(text)}</text></literalExpression></decision>')


def table(name: str, kind: str, columns: list[str], rules: list[list[str]], facts=(), others=(), policy="UNIQUE", more="") -> str:
    """A decision that is a table; the last cell of a rule is its output."""
    head = "".join(f'<input id="c{i}-{slug(name)}"><inputExpression><text>{escape(c)}</text></inputExpression></input>' for i, c in enumerate(columns))
    rows = "".join("<rule>" + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells[:-1])
                   + f"<outputEntry><text>{escape(cells[-1])}</text></outputEntry></rule>" for cells in rules)
    return (f'<decision id="d-{slug(name)}" name="{name}"><variable name="{name}" typeRef="{kind}"/>{needs(list(facts), list(others))}'
            f'<decisionTable id="t-{slug(name)}" hitPolicy="{policy}" {more}>{head}<output id="o-{slug(name)}"/>{rows}</decisionTable></decision>')
