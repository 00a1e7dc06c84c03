"""An independent wallet (@openid4vc/openid4vci, openid4vp, @sd-jwt/core) takes what we issue and shows it to our verifier."""

import pytest
from tests.platform.people.credentials.conftest import ELDER, PERSON, SYSTEM, YOUNG

from mingtang.platform.people.credentials import acts, acts_show

pytestmark = [pytest.mark.timeout(180)]


def _given(claims):
    offer, asked = acts.offer("elder-card", PERSON, claims, SYSTEM), acts_show.ask("elder-bus", SYSTEM)
    return asked, {"offer": offer.link, "txCode": offer.tx_code, "request": asked.link, "show": ["age_equal_or_over", "65"]}


def test_their_wallet_takes_our_credential_and_shows_it_to_our_verifier(server, run):
    """Two copies taken, signature and disclosures verified by their library, one yes shown, and our verifier knows just that."""
    asked, given = _given(ELDER)
    seen = run("wallet.mjs", given)
    assert seen["copies"] == 2 and seen["claims"]["name"] == ELDER["name"] and seen["claims"]["age_equal_or_over"]["80"] is True
    assert seen["status"] == 200 and "response_code=" in seen["answer"]["redirect_uri"]
    assert acts_show.read_answer(asked.id, asked.key, SYSTEM) == {"age_equal_or_over.65": True}


def test_their_wallet_is_told_why_a_card_does_not_serve(server, run):
    """A card of a fifteen-year-old: our verifier refuses in the protocol's shape, with words."""
    asked, given = _given(YOUNG)
    seen = run("wallet.mjs", given)
    assert (
        seen["status"] == 400
        and seen["answer"]["error"]
        and seen["answer"]["code"] == "credentials.not_what_was_asked"
        and seen["answer"]["next"]
    )
