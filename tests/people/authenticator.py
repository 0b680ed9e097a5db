"""A passkey in the tests' own hands: what a phone would answer, and what somebody might forge."""

import base64
import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Authenticator:
    """One key for one site, which counts its uses."""

    def __init__(self, host="localhost", origin="https://localhost"):
        self.host, self.origin = host, origin
        self.key, self.id, self.count = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), 0

    def made(self, challenge: str, **more) -> str:
        """Return what a browser answers when the key is made."""
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        whole = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(0x45) + attested})
        return self._answer(self._client("webauthn.create", challenge, **more), attestationObject=text(whole))

    def signed(self, challenge: str, *, counts: bool = True, **more) -> str:
        """Return what a browser answers when the key signs."""
        self.count += counts
        data, client = self._data(0x05), self._client("webauthn.get", challenge, **more)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(client, authenticatorData=text(data), signature=text(signature))

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, *, origin: str | None = None) -> bytes:
        said = {"type": kind, "challenge": text(challenge.encode()), "origin": origin or self.origin}
        return json.dumps(said).encode()

    def _answer(self, client: bytes, **parts: str) -> str:
        parts["clientDataJSON"] = text(client)
        return json.dumps(
            {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": parts}
        )
