"""Signs grade records so that anybody with the public key can tell, offline, that not one byte of meaning changed.

Ed25519 over canonical JSON (RFC 8785). The private key is made at first use (mode 0600) and never leaves its folder;
every public key stays beside it, so that records signed before a rotation still verify.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from labgrader.record import GradeRecord, Signature

FOLDER = "keys"
PRIVATE_FILE = "record-signing.pem"
PUBLIC_SUFFIX = ".pub.pem"


class SigningKeyError(Exception):
    """A key file cannot be used; the message says which and why."""


class Verdict(StrEnum):
    """What a signature says of a record."""

    VALID = "valid"
    CHANGED = "changed"
    """The record is not what this key signed."""
    UNKNOWN_KEY = "unknown key"
    UNSIGNED = "unsigned"


class Signer:
    """Signs with the key of one folder; made there if there is none."""

    def __init__(self, folder: Path) -> None:
        """Raises `SigningKeyError` when the folder holds a key that cannot be used."""
        self._key = _private_key(folder)
        self.key_id = key_id(self._key.public_key())

    def sign(self, record: GradeRecord) -> GradeRecord:
        """`record` with its signature; an older one is replaced."""
        value = self._key.sign(canonical(record.model_dump(mode="json", by_alias=True)))
        signature = Signature(key=self.key_id, value=base64.b64encode(value).decode())
        return record.model_copy(update={"signature": signature})


def canonical(record: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: RFC 8785 without the signature and without nulls, so that new fields may be added."""
    return rfc8785.dumps(_without_nulls({key: value for key, value in record.items() if key != "signature"}))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def key_id(key: Ed25519PublicKey) -> str:
    """Fingerprint of a public key: SHA-256 of its 32 bytes, hexadecimal."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def verify(record: Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey]) -> Verdict:
    """What `record`, as read from its JSON, is worth under the public `keys` (by fingerprint). Raises nothing."""
    signature = record.get("signature")
    if signature is None:
        return Verdict.UNSIGNED
    try:
        parsed = Signature.model_validate(signature)
        payload = canonical(record)
    except (ValueError, RecursionError):
        return Verdict.CHANGED
    key = keys.get(parsed.key)
    if key is None:
        return Verdict.UNKNOWN_KEY
    try:
        key.verify(base64.b64decode(parsed.value), payload)
    except InvalidSignature:
        return Verdict.CHANGED
    return Verdict.VALID


def public_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """All public keys in `folder`, by fingerprint. Raises `SigningKeyError`."""
    keys = (read_public_key(path) for path in sorted(folder.glob(f"*{PUBLIC_SUFFIX}")))
    return {key_id(key): key for key in keys}


def read_public_key(path: Path) -> Ed25519PublicKey:
    """The Ed25519 public key in a PEM file. Raises `SigningKeyError`."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SigningKeyError(f"{path} holds no public key that can be read ({error}).") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SigningKeyError(f"{path} holds a key that is not Ed25519.")
    return key


def rotate(folder: Path) -> str:
    """Sign with a new key from now on; records signed before still verify. Returns the new fingerprint.

    Graders that are running go on with the key that they have until they start again.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    _publish(folder, key)
    _written(folder, key).replace(folder / PRIVATE_FILE)
    return key_id(key.public_key())


def _private_key(folder: Path) -> Ed25519PrivateKey:
    path = folder / PRIVATE_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        scratch = _written(folder, Ed25519PrivateKey.generate())
        try:
            os.link(scratch, path)  # of several graders that start together one wins, and all use its key
        except FileExistsError:
            pass
        finally:
            scratch.unlink()
    if path.stat().st_mode & 0o077:
        raise SigningKeyError(f"{path} can be read by other users: chmod 600 it, or better, rotate the key.")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise SigningKeyError(f"{path} holds no private key that can be read ({error}).") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError(f"{path} holds a key that is not Ed25519.")
    _publish(folder, key)
    return key


def _publish(folder: Path, key: Ed25519PrivateKey) -> None:
    public = key.public_key()
    path = folder / f"{key_id(public)}{PUBLIC_SUFFIX}"
    if not path.exists():
        path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _written(folder: Path, key: Ed25519PrivateKey) -> Path:
    scratch = folder / f".{secrets.token_hex(8)}"
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return scratch
