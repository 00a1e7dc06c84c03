"""Small processes for the tests, written as briefly as BPMN allows."""

from __future__ import annotations

HEAD = ('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:mt="https://mingtang.example/ns/bpmn" id="d" targetNamespace="t">'
        '<error id="e_no" errorCode="no"/><escalation id="s_late" escalationCode="late"/><message id="msg"/>')


def process(body: str, *, more: str = "") -> bytes:
    """A file with one process of that body."""
    return f'{HEAD}<process id="p" isExecutable="true">{body}</process>{more}</definitions>'.encode()


def flows(*pairs: str) -> str:
    """``a>b`` or ``a>b:condition``, ids f0, f1, ... prefixed by the source."""
    out = []
    for pair in pairs:
        ends, _, condition = pair.partition(":")
        source, target = ends.split(">")
        text = condition.replace("<", "&lt;")
        inner = f"<conditionExpression>{text}</conditionExpression>" if condition else ""
        out.append(f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
    return "".join(out)


def boundary(key: str, host: str, when: str, *, interrupting: bool = True, kind: str = "timeDuration") -> str:
    """A boundary timer."""
    return (f'<boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{"true" if interrupting else "false"}">'
            f"<timerEventDefinition><{kind}>{when}</{kind}></timerEventDefinition></boundaryEvent>")


LINE = process('<startEvent id="a"/><userTask id="t"/><endEvent id="z"/>' + flows("a>t", "t>z"))
