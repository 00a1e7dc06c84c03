"""Small models for the tests, written as text."""

from __future__ import annotations

from xml.sax.saxutils import escape

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="small" namespace="{namespace}">{body}</definitions>'


def definitions(body: str, namespace: str = "https://mingzhou.example/small") -> bytes:
    """A DMN file with ``body``."""
    return HEAD.format(namespace=namespace, body=body).encode()


def data(name: str, kind: str = "") -> str:
    """An input."""
    return f'<inputData id="in-{name}" name="{name}"><variable name="{name}"{f" typeRef={chr(34)}{kind}{chr(34)}" if kind else ""}/></inputData>'


def decision(name: str, logic: str, needs: tuple[str, ...] = (), knows: tuple[str, ...] = (), kind: str = "") -> str:
    """A decision; ``needs`` and ``knows`` are references such as ``#in-age``, inputs told by their ``in-``."""
    required = "".join(
        f'<informationRequirement><required{"Input" if "#in-" in one else "Decision"} href="{one}"/></informationRequirement>' for one in needs)
    known = "".join(f'<knowledgeRequirement><requiredKnowledge href="{one}"/></knowledgeRequirement>' for one in knows)
    typed = f' typeRef="{kind}"' if kind else ""
    return f'<decision id="dec-{name}" name="{name}"><variable name="{name}"{typed}/>{required}{known}{logic}</decision>'


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(policy: str, inputs: tuple[str, ...], outputs: tuple[str, ...], rules: list[tuple[str, ...]], values: str = "", extra: str = "") -> str:
    """A decision table; each rule is its cells, then its outputs; ``values`` are the output values of the first output."""
    clauses = "".join(f"<input><inputExpression><text>{escape(one)}</text></inputExpression></input>" for one in inputs)
    listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    results = "".join(f'<output name="{one}">{listed if i == 0 else ""}{extra if i == 0 else ""}</output>' for i, one in enumerate(outputs))
    made = "".join(
        f'<rule id="rule-{r}">' + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in rule[:len(inputs)])
        + "".join(f"<outputEntry><text>{escape(out)}</text></outputEntry>" for out in rule[len(inputs):])
        + f"<annotationEntry><text>why {r}</text></annotationEntry></rule>" for r, rule in enumerate(rules, 1))
    name, _, aggregation = policy.partition("+")
    hit = f'hitPolicy="{name}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    return f'<decisionTable id="table" {hit}>{clauses}{results}<annotation name="why"/>{made}</decisionTable>'
