"""Whatever facts a program states, the answer is a decision or a located fault, never a failure."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingtang.kernel import MingtangError
from mingtang.platform.scenes.answers import stated
from mingtang.platform.scenes.explain import document
from mingtang.platform.scenes.packs import load, read_folder
from tests.platform.scenes.conftest import SCENES

_NAMES = ("old-age-allowance", "minimum-living-allowance", "water-charge")
_PACKS = {name: load(name, read_folder(SCENES / name)) for name in _NAMES}
_plain = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats() | st.text(max_size=30)
_value = st.recursive(
    _plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)


@pytest.mark.parametrize("name", _NAMES)
def test_any_facts_end_in_a_decision_or_a_fault(name):
    """Random values for the scene's own facts and for foreign ones."""
    from datetime import date

    pack = _PACKS[name]
    known = st.sampled_from(sorted(pack.facts))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(known | st.text(max_size=6), _value, max_size=len(pack.facts)))
    def run(facts):
        try:
            given_facts = stated(pack, facts)
        except MingtangError as fault:
            assert fault.message("zh") and fault.message("en")
            return
        outcome = pack.contract().decide(pack.heading.decision, pack.scope(given_facts, date(2026, 3, 1)))
        assert document(pack, outcome, given_facts, date(2026, 3, 1))["kind"] in ("granted", "refused", "told")

    run()


@pytest.mark.parametrize("name", _NAMES)
def test_facts_of_any_kind_reach_the_contract_without_harm(name):
    """Even past the form, values of any kind give a value or null with its reason."""
    from datetime import date

    pack = _PACKS[name]
    facts = st.fixed_dictionaries({fact: _value for fact in pack.facts})

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(facts)
    def run(given_facts):
        outcome = pack.contract().decide(pack.heading.decision, pack.scope(given_facts, date(2026, 3, 1)))
        assert document(pack, outcome, given_facts, date(2026, 3, 1))["decision"] == pack.heading.decision

    run()
