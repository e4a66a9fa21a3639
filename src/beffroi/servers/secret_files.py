"""Secrets as files: made by whoever needs one first, read by both halves of an installation."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept(path: Path, make: Callable[[], str]) -> str:
    """What the file holds, made on first use, readable by its owner only: that of the folder, even when root makes it.

    Two that make it at once get the same: the first whose file is in place wins.
    """
    if not path.exists():
        folder = path.parent.stat()
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        if os.geteuid() == 0:
            os.chown(draft, folder.st_uid, folder.st_gid)
        draft.write_text(make(), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
