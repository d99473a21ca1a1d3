"""Verifies an identity assertion as a console in Python would, with two libraries, against the JWKS alone.

Usage: verify.py JWKS_URL ISSUER AUDIENCE, with the assertion on standard input. Prints one line for every
library and case, and ends with 1 when any verdict is not the expected one.
"""

import base64
import datetime
import hashlib
import hmac
import json
import sys
import time
import urllib.request
from unittest import mock

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

TYPE = "portcullis-assertion+jwt"


def with_pyjwt(url, token, issuer, audience, now):
    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.fromtimestamp(now, tz)

    header = jwt.get_unverified_header(token)
    if header.get("typ") != TYPE:
        raise ValueError("another kind of token")
    key = jwt.PyJWKClient(url).get_signing_key_from_jwt(token)
    with mock.patch("jwt.api_jwt.datetime", Clock):
        required = ["exp", "iat", "nbf", "iss", "aud", "sub"]
        return jwt.decode(
            token, key, algorithms=["ES256"], issuer=issuer, audience=audience, options={"require": required}
        )


def with_joserfc(url, token, issuer, audience, now):
    with urllib.request.urlopen(url, timeout=10) as answer:
        keys = KeySet.import_key_set(json.load(answer))
    decoded = joserfc_jwt.decode(token, keys, algorithms=["ES256"])
    if decoded.header.get("typ") != TYPE:
        raise ValueError("another kind of token")
    joserfc_jwt.JWTClaimsRegistry(
        now=int(now),
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        sub={"essential": True},
        exp={"essential": True},
    ).validate(decoded.claims)
    return decoded.claims


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def part(value):
    return encode(json.dumps(value).encode())


def by_hmac(secret, header, claims):
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def forgeries(token, jwks):
    """Every attack of A-242 that can be mounted with what anybody may know: a token and the public keys."""
    head, body, signature = token.split(".")
    header, claims = json.loads(decode(head)), json.loads(decode(body))
    jwk = next(key for key in jwks["keys"] if key["kid"] == header["kid"])
    public = jwt.PyJWK(jwk).key
    yield "changed payload", f"{head}.{part({**claims, 'preferred_username': 'mallory'})}.{signature}"
    yield "changed signature", f"{head}.{body}.{encode(bytes([decode(signature)[0] ^ 1]) + decode(signature)[1:])}"
    yield "empty signature", f"{head}.{body}."
    for name in ("none", "None", "NONE"):
        yield f"alg {name}", f"{part({**header, 'alg': name})}.{body}."
    hs256 = {**header, "alg": "HS256"}
    for kind, encoding in (("PEM", serialization.Encoding.PEM), ("DER", serialization.Encoding.DER)):
        secret = public.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
        yield f"HS256 with the public key as {kind}", by_hmac(secret, hs256, claims)
    yield "HS256 with x of the JWK", by_hmac(decode(jwk["x"]), hs256, claims)
    yield "HS256 with the JWK's text", by_hmac(json.dumps(jwk).encode(), hs256, claims)
    own = ec.generate_private_key(ec.SECP256R1())
    own_jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(own.public_key()))
    sign = lambda extra: jwt.encode(claims, own, algorithm="ES256", headers={**header, **extra})
    yield "another key under the known kid", sign({})
    yield "another key, brought in jwk", sign({"jwk": own_jwk})
    yield "another key, pointed to by jku", sign({"jku": "http://127.0.0.1:9/jwks.json"})
    yield "unknown kid", sign({"kid": "unknown"})
    yield "kid with a path", sign({"kid": "../../../../dev/null"})
    unknown = part({**header, "kid": "unknown"})
    yield "the true signature under an unknown kid", f"{unknown}.{body}.{signature}"
    yield "another type", f"{part({**header, 'typ': 'JWT'})}.{body}.{signature}"


def main():
    url, issuer, audience = sys.argv[1:]
    token = sys.stdin.read().strip()
    with urllib.request.urlopen(url, timeout=10) as answer:
        jwks = json.load(answer)
    claims = json.loads(decode(token.split(".")[1]))
    now = time.time()
    cases = [
        ("the assertion", True, (token, issuer, audience, now)),
        ("wrong audience", False, (token, issuer, "another-console", now)),
        ("wrong issuer", False, (token, "http://elsewhere.example", audience, now)),
        ("expired", False, (token, issuer, audience, claims["exp"] + 1)),
        ("not yet valid", False, (token, issuer, audience, claims["nbf"] - 60)),
    ]
    cases += [(name, False, (forged, issuer, audience, now)) for name, forged in forgeries(token, jwks)]
    failed = 0
    for library, verify in (("PyJWT", with_pyjwt), ("joserfc", with_joserfc)):
        for name, expected, (candidate, *wanted) in cases:
            try:
                verify(url, candidate, *wanted)
                accepted, why = True, ""
            except Exception as error:  # every library has a family of its own
                accepted, why = False, f" ({type(error).__name__})"
            right = accepted is expected
            failed += not right
            verdict = "accepted" if accepted else "refused"
            print(f"{'ok' if right else 'WRONG'}: {library}: {name}: {verdict}{why}")
    print(f"{failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
