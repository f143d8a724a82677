"""Demo accounts: passwords are random, kept hashed for the hub and printable for the person who started it.

`accounts.json` holds salted scrypt hashes; `passwords.txt` (0600) the words themselves, for the next start's banner.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Role = Literal["trainer", "learner", "admin"]

DEMO: dict[str, Role] = {
    "formateur": "trainer",
    "alice": "learner",
    "bilal": "learner",
    "chloe": "learner",
    "admin": "admin",
}
HASHES_FILE = "accounts.json"
PASSWORDS_FILE = "passwords.txt"
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""No 0, o, 1, l: a password is read from a terminal and typed."""
SCRYPT_COST = 2**14
NO_SIGN_IN = "Nobody can sign in: hub.demo is false and no other authenticator is configured. Set hub.demo to true."


@dataclass(frozen=True)
class Account:
    """One demo account, as it is printed at start."""

    name: str
    role: Role
    password: str


def ensure(folder: Path) -> list[Account]:
    """The demo accounts, made at the first start and the same ever after."""
    known = read_passwords(folder / PASSWORDS_FILE)
    words = {name: known.get(name) or new_password() for name in DEMO}
    hashes: dict[str, str] = {}
    if (folder / HASHES_FILE).is_file():
        hashes = load_hashes(folder / HASHES_FILE)
    hashes = {n: h if (h := hashes.get(n)) and verify(h, words[n]) else hashed(words[n]) for n in DEMO}
    _write(folder / PASSWORDS_FILE, "".join(f"{name} {word}\n" for name, word in words.items()))
    _write(folder / HASHES_FILE, json.dumps(hashes, indent=2))
    return [Account(name, role, words[name]) for name, role in DEMO.items()]


def write_hashes(folder: Path, words: Mapping[str, str]) -> Path:
    """Write the hashes of the passwords `words` for the hub, and return the file."""
    _write(folder / HASHES_FILE, json.dumps({name: hashed(word) for name, word in words.items()}, indent=2))
    return folder / HASHES_FILE


def new_password() -> str:
    """Three groups of four letters or digits: 60 bits, easy to type."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def hashed(password: str, salt: bytes | None = None) -> str:
    """`salt$hash` (hexadecimal) of `password`."""
    salt = salt or secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=SCRYPT_COST, r=8, p=1)
    return f"{salt.hex()}${digest.hex()}"


def verify(stored: str, password: str) -> bool:
    """Whether `password` gave `stored`, in constant time."""
    salt, _, _ = stored.partition("$")
    return hmac.compare_digest(stored, hashed(password, bytes.fromhex(salt)))


def check(hashes: Mapping[str, str], name: str, password: str) -> bool:
    """Whether `name` has that password. An unknown name takes as long as a known one."""
    stored = hashes.get(name)
    right = verify(stored or _NOBODY, password)
    return right and stored is not None


_NOBODY = f"{'00' * 16}${'00' * 64}"


def load_hashes(path: Path) -> dict[str, str]:
    """The accounts file. Raises `OSError` or `ValueError` when it cannot be read."""
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return {str(name): str(value) for name, value in loaded.items()}


def read_passwords(path: Path) -> dict[str, str]:
    """Name and password of each line of `path`; none if there is no such file."""
    if not path.is_file():
        return {}
    pairs = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    beside.replace(path)
