"""Our wallet's core takes from a reference issuer and shows to a reference verifier, and refuses each way in which they could cheat."""

import pytest
from tests.interop.conftest import HERE

BUILT = HERE.parents[1] / "src" / "mingtang" / "site" / "static" / "built" / "wallet-core.js"
pytestmark = [pytest.mark.timeout(120)]


@pytest.fixture
def against(run):
    """Run our wallet against the reference, which does ``fault`` wrong."""
    if not BUILT.exists():
        pytest.skip("the browser's part is not built: script/environment test builds it")
    return lambda fault="": run("reference.mjs", {"core": BUILT.as_uri(), "fault": fault})


def test_our_wallet_takes_from_a_reference_issuer_and_shows_to_a_reference_verifier(against):
    """Two copies with keys of their own; one nested claim shown and nothing else; bound to the verifier's name and nonce."""
    done = against()
    assert done["copies"] == 2 and done["missing"] == [] and done["where"].endswith("/done")
    claims = done["seen"]["claims"]
    assert claims["level"] == {"gold": True} and "name" not in claims
    assert done["seen"]["audience"] == "decentralized_identifier:did:web:verifier.reference.example"


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("wrong digits", "invalid_grant"),
        ("signed by a stranger", "issuer's signature"),
        ("bound to another key", "cnf"),
        ("request signed by a stranger", "signature of the request"),
        ("answer to another host", "response_uri"),
        ("request run out", "exp"),
    ],
)
def test_a_cheating_issuer_or_verifier_gets_nothing(against, fault, rule):
    """Each refuses with the rule's name, and the verifier has seen nothing."""
    assert against(fault) == {"refused": rule, "seen": None}
