"""Plans from what is shared, reckoned anew each time and kept nowhere: turned off, there is nothing left to delete.

Check-ups: the national norm for basic public health services (国家基本公共卫生服务规范，第三版, 2017) has at least four visits a year for high blood pressure and
for type 2 diabetes; for other illnesses it sets no number, and the clinic says. Hours of home care and support at school are the fictional city's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from mingtang.kernel import Sentence
from mingtang.platform.exchange import acts
from mingtang.platform.ledger.acts import Actor

_ILLNESSES = {
    "hypertension": Sentence(
        "高血压：签约诊所每年至少面对面随访四次，每次量血压",
        "High blood pressure: the clinic sees you at least four times a year and measures it",
    ),
    "diabetes": Sentence(
        "糖尿病：每年至少面对面随访四次，免费测空腹血糖",
        "Diabetes: at least four visits a year, fasting blood sugar measured free of charge",
    ),
    "asthma": Sentence("哮喘：随访次数由诊所与您商定", "Asthma: the clinic agrees with you how often"),
    "heart": Sentence("心脏病：随访次数由诊所与您商定", "Heart: the clinic agrees with you how often"),
}
_ALLERGY = Sentence("诊所开药前核对您的过敏：{what}", "Before prescribing the clinic checks your allergies: {what}")
_ALLERGENS = {
    "penicillin": Sentence("青霉素", "penicillin"),
    "pollen": Sentence("花粉", "pollen"),
    "nuts": Sentence("坚果", "nuts"),
    "shellfish": Sentence("贝类", "shellfish"),
}
_HOURS = {1: 3, 2: 7, 3: 14}
_SUPPORT = {
    "hearing": Sentence("教室配助听设备，座位靠前", "A hearing device in the classroom and a seat in front"),
    "reading": Sentence("大字课本和每周两次阅读辅导", "Large-print books and two reading lessons a week"),
}


def _shared(source: str, purpose: str, unit: str, fields: tuple[str, ...], number: str, consent: UUID) -> dict[str, Any]:
    """What is shared, asked by the office under the consent; empty where the register holds nothing."""
    ask = acts.Ask(source, number, purpose, "consent", f"sharing/{purpose}", Actor("agency", "", unit), fields, consent=consent)
    facts = acts.ask(ask)
    return facts.values if facts.found else {}


def family_doctor(number: str, consent: UUID) -> list[Sentence]:
    """Check-ups that fit chronic illnesses and allergies."""
    shared = _shared("health", "family-doctor", "MZ-HEALTH", ("chronic", "allergies", "doctor"), number, consent)
    lines = [_ILLNESSES[name] for name in shared.get("chronic", ()) if name in _ILLNESSES]
    known = [_ALLERGENS[name] for name in shared.get("allergies", ()) if name in _ALLERGENS]
    if known:
        lines.append(
            Sentence(
                _ALLERGY.zh.format(what="、".join(one.zh for one in known)),
                _ALLERGY.en.format(what=", ".join(one.en for one in known)),
            )
        )
    return lines


def home_care(number: str, consent: UUID) -> list[Sentence]:
    """Hours of home visits by the level of care."""
    shared = _shared("care", "home-care", "MZ-CIVIL", ("level", "lives_alone"), number, consent)
    hours = _HOURS.get(shared.get("level", 0))
    if hours is None:
        return []
    lines = [Sentence(f"每周上门服务 {hours} 小时", f"{hours} hours of home visits a week")]
    if shared.get("lives_alone"):
        lines.append(Sentence("独居：每天一次电话问候", "Living alone: a call every day"))
    return lines


def school_support(number: str, consent: UUID) -> list[Sentence]:
    """What the school arranges."""
    shared = _shared("education", "school-support", "MZ-EDUCATION", ("school", "grade", "support"), number, consent)
    found = _SUPPORT.get(shared.get("support") or "")
    return [found] if found else []


PLANS: dict[str, Callable[[str, UUID], list[Sentence]]] = {
    "family-doctor": family_doctor,
    "home-care": home_care,
    "school-support": school_support,
}
