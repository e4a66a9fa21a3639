"""`./beffroi install`: printed, laid under a folder, done again, changed by the operator, taken away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from beffroi.servers import words
from beffroi.servers.launch import cli
from beffroi.servers.launch.install import certificates, command, web
from beffroi.servers.layout import Layout, settings_of
from tests.servers.test_mail import read_by

NAMES = ("--site", "beffroi.bassin.example", "--host", "courrier.bassin.example")
EMAIL = ("--email", "dsi@bassin.example")
UNITS = Path("etc/systemd/system")


def install(*options: str) -> int:
    def prepare() -> None:
        pytest.fail("nothing is installed on this machine")

    return command.install(cli.parser().parse_args(["install", *options]), prepare=prepare)


@pytest.fixture
def root(tmp_path):
    """What a packager gets."""
    assert install("--root", str(tmp_path), *NAMES, *EMAIL) == 0
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_needs_no_library_and_tells_every_file_and_order(tmp_path):
    bare = [sys.executable, "-I", "-S", "-c"]  # no library but Python's own
    run = f"import sys; sys.path.insert(0, {str(cli.SOURCE_DIR / 'src')!r}); "
    run += "from beffroi.servers.launch.__main__ import main; sys.exit(main())"
    where = ("--dir", str(tmp_path / "data"))
    said = read_by(*bare, run, "install", "--dry-run", *where, *NAMES, *EMAIL)

    for word in (
        "--no-install-recommends nginx",
        "useradd --system",
        f"ExecStart={cli.SOURCE_DIR}/beffroi up --dir {tmp_path}/data --port 8000",
        f"ExecStart={cli.SOURCE_DIR}/beffroi mail --dir {tmp_path}/data --port 8000",
        "systemctl enable beffroi-courrier.service",
        "certbot certonly",
        "server_name beffroi.bassin.example;",
    ):
        assert word in said, word
    assert not (tmp_path / "data").exists()


def test_the_settings_that_it_writes_are_those_that_are_read(root):
    settings = settings_of(Layout(dir=root / "srv/beffroi/data"))

    assert settings["BEFFROI_URL"] == "https://beffroi.bassin.example"
    assert settings["BEFFROI_MAIL_HOST"] == "courrier.bassin.example"
    assert settings["BEFFROI_MAIL_CERTIFICATE"] == f"{web.CERTIFICATES}/courrier.bassin.example.crt"
    assert settings["BEFFROI_RETURN_DOMAIN"] == "retours.beffroi.bassin.example"


def test_systemd_reads_the_units_and_finds_the_site_well_closed(root):
    units = [str(root / UNITS / name) for name in ("beffroi.service", "beffroi-courrier.service")]
    read_by("systemd-analyze", "verify", "--man=no", *units)

    for unit, most in zip(units, ("20", "50"), strict=True):  # tenths: 0 is closed, 100 wide open
        read_by("systemd-analyze", "security", "--offline=yes", f"--threshold={most}", unit)


def test_done_again_it_changes_nothing_and_says_so(root, capsys):
    before = contents(root)

    install("--root", str(root))  # every answer is that of the time before

    assert contents(root) == before
    assert "Tout était déjà en place" in capsys.readouterr().out


def test_what_the_operator_changed_is_kept_and_what_they_left_is_brought_up_to_date(root, capsys):
    changed = root / UNITS / "beffroi.service"
    changed.write_text(changed.read_text() + "MemoryMax=2G\n")
    settings = root / "srv/beffroi/data/settings.env"
    settings.write_text(settings.read_text() + "BEFFROI_DELETED_DAYS=60\n")

    install("--root", str(root), "--port", "9000")

    assert "MemoryMax=2G" in changed.read_text()
    assert "--port 9000" in changed.with_name("beffroi.service.beffroi").read_text()
    assert "--port 9000" in (root / UNITS / "beffroi-courrier.service").read_text()
    assert "BEFFROI_DELETED_DAYS=60" in settings.read_text()
    assert "vous l’avez modifié\N{NO-BREAK SPACE}: /etc/systemd/system/beffroi.service" in (
        capsys.readouterr().out
    )


def test_taken_away_the_data_stay_and_so_does_what_the_operator_wrote(root):
    changed = root / UNITS / "beffroi.service"
    changed.write_text("# mine\n")

    install("--root", str(root), "--remove")

    left = {str(path.relative_to(root)) for path in contents(root)}
    assert left == {f"{UNITS}/beffroi.service.beffroi", "srv/beffroi/data/settings.env"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Sous quel nom"),
        (("--site", "mairie"), "pas un nom"),
        (("--site", "mairie.example; rm"), "pas un nom"),
        ((*NAMES, "--email", "dsi'@bassin.example"), "pas une adresse"),
        ((*NAMES, "--dir", "/srv/a b"), "nom simple"),
    ],
)
def test_an_answer_that_would_write_nonsense_is_refused_before_anything(tmp_path, options, said):
    with pytest.raises(words.Refused, match=said):
        install("--root", str(tmp_path), *options)
    assert contents(tmp_path) == {}


def test_programs_that_somebody_else_may_change_are_not_started_as_root(tmp_path):
    program = tmp_path / "beffroi"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    tmp_path.chmod(0o755)
    assert list(command.not_roots(tmp_path)) == []

    program.chmod(0o757)
    assert list(command.not_roots(tmp_path)) == [program]


def test_a_new_certificate_is_laid_under_each_of_its_names(root, tmp_path):
    place = tmp_path / "tls"
    place.mkdir()
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    alternatives = "subjectAltName=DNS:a.example,DNS:b.example,DNS:*.c.example"
    order = certificates.first("a.example").words
    made = [*order[: order.index("-addext")], "-addext", alternatives]
    subprocess.run(
        [*made, "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True
    )
    hook = (root / "etc/beffroi/certificate-hook").read_text()

    read_by("sh", "-c", hook.replace(str(web.CERTIFICATES), str(place)), "hook", chain, key)

    assert {path.name for path in place.iterdir()} == {
        f"{n}.example.{s}" for n in "ab" for s in ("crt", "key")
    }
    assert (place / "b.example.crt").read_bytes() == chain.read_bytes()
    assert (place / "a.example.key").stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("acme", ["certbot", "lego"])
def test_each_name_that_lacks_a_certificate_is_asked_for(tmp_path, acme):
    """certbot and lego themselves are not installed by Beffroi's tests: what they would be told is kept."""
    install("--root", str(tmp_path), *NAMES, *EMAIL, "--acme", acme)
    asked = tmp_path / "asked"
    program = tmp_path / acme
    program.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    towns = tmp_path / "towns"
    towns.write_text("#!/bin/sh\necho mta-sts.arcachon.example autoconfig.arcachon.example\n")
    for one in (program, towns):
        one.chmod(0o755)
    text = (tmp_path / "etc/beffroi/certificates").read_text()
    text = text.replace(f"{cli.SOURCE_DIR}/beffroi manage", f"{towns} manage")

    env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-c", text], check=True, env=env, timeout=20)

    ours, theirs = asked.read_text().splitlines()
    assert "-d beffroi.bassin.example -d courrier.bassin.example" in ours
    assert "-d mta-sts.arcachon.example -d autoconfig.arcachon.example" in theirs
    assert str(certificates.HOOK) in ours and str(web.ACME) in theirs
