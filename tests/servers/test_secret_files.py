"""A secret that either half of an installation may need first."""

import os
from concurrent.futures import ThreadPoolExecutor

from beffroi.servers.secret_files import kept


def test_it_belongs_to_the_owner_of_its_folder_also_when_root_makes_it(tmp_path):
    owner = 12345 if os.geteuid() == 0 else os.geteuid()
    os.chown(tmp_path, owner, -1)

    assert kept(tmp_path / "word", lambda: "abc") == "abc"

    made = (tmp_path / "word").stat()
    assert (made.st_uid, made.st_mode & 0o777) == (owner, 0o600)
    assert [path.name for path in tmp_path.iterdir()] == ["word"]


def test_all_who_make_it_at_once_read_the_same(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        words = set(pool.map(lambda n: kept(tmp_path / "word", lambda: str(n)), range(64)))

    assert len(words) == 1
