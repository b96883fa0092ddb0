"""Stands for a case without naming it: only who holds the key can tell that two months speak of the same one.

There are so few case references that a plain hash is undone in seconds; a keyed one is not. The key is a file of
its own for this user alone, never in the history and never in anything that is written.
"""

from __future__ import annotations

import hmac
import os
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from auditcheck.problems import HistoryStop, shown

#: Crockford's base 32: no letter that could be taken for another.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12  # letters, 60 bits: of a million cases two are alike once in 2 million histories
_BYTES = 32


@dataclass(frozen=True)
class Key:
    """What pseudonyms are made with. `name` can be told to anybody."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        return sha256(b"auditcheck:key:" + self.secret).hexdigest()[:8]

    def of(self, kind: str, parts: Iterable[str]) -> str:
        """Twelve letters for what is named by `parts`; `kind` keeps apart what is named alike."""
        text = "\x1f".join(("auditcheck:v1", kind, *parts))
        number = int.from_bytes(hmac.digest(self.secret, text.encode("utf-8", "surrogatepass"), "sha256")[:8], "big")
        number >>= 4  # 60 bits
        return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def folder(kind: str) -> Path:
    """Where this user's own `config` or `data` of auditcheck is kept."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "auditcheck"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "auditcheck"
    given = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
    usual = home / (".config" if kind == "config" else ".local/share")
    return (Path(given) if given.startswith("/") else usual) / "auditcheck"


def private_folder(path: Path) -> None:
    """Makes a folder, and those above it that are missing, for this user alone."""
    for part in reversed([path, *path.parents]):
        if not part.exists():
            part.mkdir(mode=0o700, exist_ok=True)


def the_key() -> Key:
    """This user's key; a new one where there is none. Raises HistoryStop."""
    path = folder("config") / "history.key"
    try:
        private_folder(path.parent)
        if not path.exists():
            waiting = path.with_name(f".{secrets.token_hex(8)}.part")
            try:
                with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(secrets.token_bytes(_BYTES))
                    file.flush()
                    os.fsync(file.fileno())
                try:
                    os.link(waiting, path)  # whoever is first has made it; nobody replaces it
                except FileExistsError:
                    pass
                except OSError:  # a file system without links
                    if not path.exists():
                        waiting.replace(path)
            finally:
                waiting.unlink(missing_ok=True)
        secret = path.read_bytes()
    except OSError:
        raise HistoryStop(
            f"{shown(path)}: the key of the history's pseudonyms can be neither read nor made. Check the folder."
        ) from None
    if len(secret) != _BYTES:
        raise HistoryStop(
            f"{shown(path)}: is not a key of the history. Put the right one back, or move it away: then a new one"
            " is made, and what was new or fixed since the last run cannot be told once."
        )
    return Key(secret)
