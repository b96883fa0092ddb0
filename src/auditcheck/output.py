"""Writes finished files: whole or not at all, for this user alone, and never over anything by surprise."""

from __future__ import annotations

import errno
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from auditcheck.problems import OutputStop, shown

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would write other line ends
_PREFIX, _SUFFIX = ".auditcheck-", ".part"

#: A file begun so many seconds ago and still not in its place was left by a process that was killed.
_LEFT_BEHIND = 3600


def check(path: Path, *, force: bool, reserved: Callable[[Path], bool]) -> None:
    """Raises OutputStop when `path` could not, or should not, be written. `reserved` files are never
    written over, nor is anything that is not a plain file; another file is only with `force`."""
    name = shown(path)
    try:
        if reserved(path):
            raise OutputStop(f"{name}: is, or would be, part of the extract. Write it elsewhere.")
        if path.is_symlink():
            raise OutputStop(f"{name}: is a link. Give the file itself, or another name.")
        if path.is_file():
            if not force:
                raise OutputStop(f"{name}: exists. Give another name, or --force to overwrite it.")
        elif path.exists():
            raise OutputStop(f"{name}: exists and is not a file. Give another name.")
        elif not path.parent.is_dir():
            raise OutputStop(f"{name}: its folder does not exist. Make it first, or give another.")
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise OutputStop(f"{name}: no permission to write in its folder. Give another.")
    except OSError as error:
        raise _stop(name, error) from None


def write(path: Path, content: bytes, *, force: bool) -> None:
    """Puts `content` at `path`, which is then complete and readable by this user alone.

    It is written under another name in the same folder and renamed, so that whatever happens `path`
    is as before or whole. Raises OutputStop.
    """
    name = shown(path)
    try:
        _sweep(path.parent)
        # its name is known before it is there: whenever the end comes, it can be taken away
        waiting = path.parent / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
        try:
            with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            check(path, force=force, reserved=lambda _: False)  # it may have come into being meanwhile
            waiting.replace(path)
        except BaseException:
            with suppress(OSError):
                waiting.unlink()
            raise
        _sync(path.parent)
    except OSError as error:
        raise _stop(name, error) from None


_LONGEST_PART = 40


def beside(path: Path, codes: Sequence[str], nobody: str = "unallocated") -> list[Path]:
    """For each code a file of its own beside `path`: june.xlsx gives june-N54A014.xlsx. "" is `nobody`.

    A code that cannot be part of a name is written with what can; then, and where two would be one file, a few
    letters that stand for the code itself are added. What begins like `path` is no name of a device of Windows.
    """
    plain = [re.sub(r"[^A-Za-z0-9_-]+", "-", code or nobody).strip("-")[:_LONGEST_PART] for code in codes]
    times = Counter(part.casefold() for part in plain)
    files = []
    for code, part in zip(codes, plain, strict=True):
        if part != (code or nobody) or times[part.casefold()] > 1:
            part = f"{part}-{sha256(code.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}".lstrip("-")
        files.append(path.with_name(f"{path.stem}-{part}{path.suffix}"))
    return files


def _stop(name: str, error: OSError) -> OutputStop:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OutputStop(f"{name}: not written, the disk is full. Free some space, or give another folder.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return OutputStop(f"{name}: not written, no permission. If it is open in another program, close it there.")
    if error.errno in (errno.ENAMETOOLONG, errno.EINVAL):
        return OutputStop(f"{name[:80]}: not written, no name that a file can have. Give another.")
    return OutputStop(f"{name}: could not be written. Check the folder, or give another.")


def _sweep(folder: Path) -> None:
    """Removes what a killed process left in the folder: it holds case data."""
    with suppress(OSError):
        for left in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            with suppress(OSError):
                if time.time() - left.lstat().st_mtime > _LEFT_BEHIND:
                    left.unlink()


def _sync(folder: Path) -> None:
    """Makes the new name last through a power cut, where a folder can be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
