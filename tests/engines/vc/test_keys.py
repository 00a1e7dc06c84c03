"""Keys of holders and issuers: did:jwk, did:key, did:web, certificate chains; what is off the curve, foreign or run out refuses."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from mingtang.engines import vc
from mingtang.engines.vc.disclosures import digest_of

NOW = 1_800_000_000
AT = datetime.fromtimestamp(NOW, UTC)


def test_the_digest_of_the_rfc():
    """RFC 9901, section 4.2.3: the digest of the disclosure of family_name Möbius."""
    assert (
        digest_of("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0")
        == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    )


def test_other_spellings_of_the_same_disclosure_are_put_back_as_they_stand():
    """RFC 9901, section 4.2.1: blanks and escapes in a disclosure change its digest and not its value."""
    texts = [
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd",
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNXHUwMGY2Yml1cyJd",
    ]
    for text in texts:
        assert vc.reveal({"_sd": [digest_of(text)], "_sd_alg": "sha-256"}, [text]) == {"family_name": "Möbius"}
    assert len({digest_of(text) for text in texts}) == 2


@pytest.mark.parametrize("make", [lambda: ECKey.generate_key("P-256"), lambda: OKPKey.generate_key("Ed25519")])
def test_a_key_is_read_back_from_its_did(make):
    """did:jwk and did:key name the same key again, a fragment does not matter, and no private half is told."""
    key = make()
    for did in (vc.did_jwk(key), vc.did_key(key)):
        again = vc.resolve(did + "#0")
        assert again.as_dict(private=False)["x"] == key.as_dict(private=False)["x"] and not again.is_private


def test_the_published_did_keys():
    """The did:key specification's Ed25519 example and its P-256 example are read and written the same."""
    for did in (
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
    ):
        assert vc.did_key(vc.resolve(did)) == did


@pytest.mark.parametrize(
    "did",
    [
        "did:key:z0OIl",
        "did:key:z6Mk",
        "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
        "did:jwk:e30",
        "did:jwk:a+b",
        "did:web:x",
        "",
        "did:jwk:" + "A" * 9000,
    ],
)
def test_what_is_no_key_refuses(did):
    """Wrong letters, cut short, another curve (secp256k1), empty, a did:web, endless: RefusedCredential."""
    with pytest.raises(vc.RefusedCredential):
        vc.resolve(did)


@given(st.text(max_size=60))
def test_any_text_as_did_refuses_and_never_faults(text):
    """No text makes a fault."""
    for did in ("did:key:z" + text, "did:jwk:" + text):
        with pytest.raises(vc.RefusedCredential):
            vc.resolve(did)


def test_a_point_off_the_curve_and_a_private_key_refuse():
    """A public JWK whose point is none, and one that holds the private half."""
    key = ECKey.generate_key("P-256").as_dict(private=True)
    for bad in (
        key,
        {**{k: key[k] for k in ("kty", "crv", "x")}, "y": key["x"]},
        {"kty": "oct", "k": "AA"},
        {"kty": "EC", "crv": "P-384"},
        None,
        {"kty": "EC", "crv": "P-256", "x": 1, "y": 2},
    ):
        with pytest.raises(vc.RefusedCredential):
            vc.public_key(bad)


def test_a_did_web_is_an_address():
    """Host, port, path; http on one's own machine alone; no way out of the path."""
    assert vc.web_address("did:web:mingzhou.example") == "https://mingzhou.example/.well-known/did.json"
    assert (
        vc.web_address("did:web:mingzhou.example%3A8443:agencies:police#k")
        == "https://mingzhou.example:8443/agencies/police/did.json"
    )
    assert vc.web_address("did:web:localhost%3A8000").startswith("http://localhost:8000/")
    for bad in ("did:web:", "did:web:a/b", "did:web:a:..:b", "did:web:a@b", "did:web:a%2Fb", "did:key:z6Mk"):
        with pytest.raises(vc.RefusedCredential):
            vc.web_address(bad)


def test_the_key_of_a_did_web_is_an_assertion_key_of_that_did():
    """The named key is given; another's document, an unknown key, and a key for something else refuse."""
    did, key = "did:web:mingzhou.example", ECKey.generate_key("P-256")
    document = vc.web_document(did, {"k1": key})
    assert vc.web_key(document, did, "#k1").as_dict(private=False)["x"] == key.as_dict(private=False)["x"]
    assert "d" not in document["verificationMethod"][0]["publicKeyJwk"]
    for bad, kid in (
        ({**document, "id": "did:web:evil.example"}, "#k1"),
        (document, "#k2"),
        ({**document, "assertionMethod": []}, "#k1"),
        ([], "#k1"),
    ):
        with pytest.raises(vc.RefusedCredential):
            vc.web_key(bad, did, kid)


NAMES = (x509.DNSName("issuer.example"),)


def _certificate(name, key, issuer, signer, *, ca, path=None, since=-1, days=10, names=NAMES):
    built = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT + timedelta(days=since))
        .not_valid_after(AT + timedelta(days=days))
    )
    if not ca:
        built = built.add_extension(x509.SubjectAlternativeName(list(names)), critical=False)
    return built.add_extension(x509.BasicConstraints(ca, path), critical=True).sign(signer, hashes.SHA256())


ISSUER = "https://issuer.example/id"


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@pytest.fixture(scope="module")
def chain():
    """Keys and certificates of a root, an authority below it, and an issuer."""
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "middle", "leaf")}
    root = _certificate("root", keys["root"], "root", keys["root"], ca=True, days=100)
    middle = _certificate("middle", keys["middle"], "root", keys["root"], ca=True, path=0)
    leaf = _certificate("leaf", keys["leaf"], "middle", keys["middle"], ca=False)
    return keys, root, middle, leaf


def test_a_chain_to_a_trusted_root_gives_the_issuers_key(chain):
    """Leaf and middle, the root trusted: the leaf's key verifies what the leaf signed."""
    keys, root, middle, leaf = chain
    found = vc.key_of_chain(vc.chain_text([leaf, middle]), [root], issuer=ISSUER, now=NOW)
    issuer = ECKey.import_key(
        keys["leaf"].private_bytes_raw() if hasattr(keys["leaf"], "private_bytes_raw") else _pem(keys["leaf"])
    )
    assert vc.verify(vc.issue({"vct": "x"}, issuer, now=NOW), found, now=NOW).claims["vct"] == "x"


def _pem(key):
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_every_broken_chain_refuses(chain):
    """Untrusted root, missing link, run out, not yet valid, a leaf that signs, path too long, no chain, foreign key, garbage."""
    keys, root, middle, leaf = chain
    stranger = ec.generate_private_key(ec.SECP256R1())
    other_root = _certificate("root", stranger, "root", stranger, ca=True)
    forged = _certificate("leaf", stranger, "middle", stranger, ca=False)
    below_leaf = _certificate("below", stranger, "leaf", keys["leaf"], ca=False)
    deep = _certificate("deep", stranger, "middle", keys["middle"], ca=True)
    deeper = _certificate("deeper", stranger, "deep", stranger, ca=False)
    early = _certificate("leaf", keys["leaf"], "middle", keys["middle"], ca=False, since=5)
    rsa_key = rsa.generate_private_key(65537, 2048)
    foreign = _certificate("leaf", rsa_key, "middle", keys["middle"], ca=False)
    authority = _certificate("leaf", keys["leaf"], "middle", keys["middle"], ca=True)
    text = vc.chain_text
    cases = [
        (text([leaf, middle]), [other_root], NOW),
        (text([leaf]), [root], NOW),
        (text([leaf, middle]), [root], NOW + 20 * 86400),
        (text([early, middle]), [root], NOW),
        (text([forged, middle]), [root], NOW),
        (text([below_leaf, leaf, middle]), [root], NOW),
        (text([deeper, deep, middle]), [root], NOW),
        (text([foreign, middle]), [root], NOW),
        (text([authority, middle]), [root], NOW),
        ([], [root], NOW),
        ("x", [root], NOW),
        ([1], [root], NOW),
        (["AAAA"], [root], NOW),
        ([base64.b64encode(b"x" * 30000).decode()], [root], NOW),
        (text([leaf, middle] * 3), [root], NOW),
        (text([leaf, middle]), [], NOW),
    ]
    for number, (x5c, anchors, now) in enumerate(cases):
        with pytest.raises(vc.RefusedCredential):
            vc.key_of_chain(x5c, anchors, issuer=ISSUER, now=now)
            pytest.fail(f"case {number} was accepted")


def test_a_status_decides_and_fails_closed():
    """Valid passes, revoked and suspended have words of their own, an unknown status and a list that cannot be had refuse."""
    statuses = vc.StatusList(8)
    for index, status in ((1, vc.INVALID), (2, vc.SUSPENDED), (3, 3)):
        statuses.set(index, status)
    claims = [{"status": {"status_list": {"uri": "https://s.example", "idx": index}}} for index in range(4)]
    vc.check(claims[0], lambda uri: statuses)
    vc.check({}, lambda uri: statuses)
    for claim, fault in zip(claims[1:], (vc.CredentialRevoked, vc.CredentialSuspended, vc.RefusedCredential), strict=True):
        with pytest.raises(fault):
            vc.check(claim, lambda uri: statuses)

    def unreachable(uri):
        raise vc.StatusUnavailable()

    with pytest.raises(vc.StatusUnavailable):
        vc.check(claims[0], unreachable)
    for broken in (
        {"status": 1},
        {"status": {"status_list": {"uri": 1, "idx": 0}}},
        {"status": {"status_list": {"uri": "u", "idx": True}}},
        {"status": {"status_list": {"uri": "u", "idx": -1}}},
    ):
        with pytest.raises(vc.RefusedCredential):
            vc.check(broken, lambda uri: statuses)


@pytest.mark.parametrize(("names", "issuer", "is_accepted"), [
    ((x509.DNSName("issuer.example"),), "https://issuer.example/id", True),
    ((x509.DNSName("Issuer.Example"),), "https://issuer.example", True),
    ((x509.UniformResourceIdentifier("did:web:issuer.example"),), "did:web:issuer.example", True),
    ((x509.DNSName("issuer.example"),), "https://other.example/id", False),
    ((x509.DNSName("issuer.example"),), "https://issuer.example.evil.org", False),
    ((x509.DNSName("issuer.example"),), "https://issuer.example@evil.org", False),
    ((x509.DNSName("issuer.example"),), "http://issuer.example", False),
    ((x509.DNSName("*.example"),), "https://issuer.example", False),
    ((x509.UniformResourceIdentifier("https://issuer.example/a"),), "https://issuer.example/b", False),
    ((), "https://issuer.example", False),
    ((x509.DNSName("issuer.example"),), "https://[", False),
])
def test_a_certificate_speaks_for_the_issuer_it_names(chain, names, issuer, is_accepted):
    """A trusted authority's issuer is not any issuer: name and address must be those of the certificate."""
    keys, root, middle, _ = chain
    leaf = _certificate("leaf", keys["leaf"], "middle", keys["middle"], ca=False, names=names)
    asked = vc.chain_text([leaf, middle]), [root]
    if is_accepted:
        vc.key_of_chain(*asked, issuer=issuer, now=NOW)
    else:
        with pytest.raises(vc.RefusedCredential):
            vc.key_of_chain(*asked, issuer=issuer, now=NOW)
