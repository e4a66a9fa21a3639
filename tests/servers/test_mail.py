"""The mail servers' folders and configuration, read by the programs themselves; what happens without them."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509

from beffroi.servers.layout import Layout, MailPorts
from beffroi.servers.mail import certificate, dovecot, home as places, house, presence, signing

ENV = {"BEFFROI_URL": "https://mairie.example", "BEFFROI_MAIL_HOST": "courrier.mairie.example"}


@pytest.fixture
def found():
    """An installation whose folder the servers' users may enter."""
    folder = Path(tempfile.mkdtemp(prefix="beffroi-mail-"))
    folder.chmod(0o711)
    layout = Layout(dir=folder)
    layout.prepare()
    yield find(layout)
    shutil.rmtree(folder)


def find(layout, *, alone=True):
    return house.find(
        layout,
        ENV,
        ports=MailPorts.after(20_000),
        database_url="postgresql://x@127.0.0.1/beffroi",
        private=True,
        alone=alone,
        relay="",
    )


def read_by(*command) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@pytest.mark.mail
@pytest.mark.parametrize("alone", [True, False], ids=["demonstration", "internet"])
def test_each_program_reads_what_is_rendered_for_it(found, alone):
    home = find(Layout(dir=found.dir.parent), alone=alone)
    house.make(home)

    said = read_by("/usr/sbin/postconf", "-c", str(home.postfix / "conf"), "-n")
    assert "myhostname = courrier.mairie.example" in said
    said = read_by("/usr/bin/doveconf", "-n", "-c", str(home.dovecot / "dovecot.conf"))
    assert "ssl = required" in said
    if alone:  # else it asks the DNS for its fuzzy servers
        options = [word for word in house.servers(home)[0].command if word.startswith("--var=")]
        checked = ["/usr/bin/rspamadm", *options, "configtest", "-c", "/etc/rspamd/rspamd.conf"]
        assert "syntax OK" in read_by(*checked)


@pytest.mark.mail
def test_no_secret_is_readable_by_those_who_need_it_not(found):
    house.make(found)
    secrets = (found.base.postfix_password, found.base.dovecot_password, found.doveadm_key)

    open_to_all = [
        path.name
        for path in found.dir.rglob("*")
        if path.is_file()
        and path.stat().st_mode & 0o004
        and any(secret in path.read_text(errors="replace") for secret in secrets)
    ]

    assert open_to_all == []


@pytest.mark.mail
def test_making_it_again_keeps_what_was_there(found):
    house.make(found)
    (found.boxes / "7").mkdir()
    before = (found.certificate.read_bytes(), (found.dkim / "paths.map").stat().st_ino)

    again = find(Layout(dir=found.dir.parent))
    house.make(again)

    assert (again.certificate.read_bytes(), (found.dkim / "paths.map").stat().st_ino) == before
    assert (found.boxes / "7").exists()
    assert again.base == found.base


@pytest.mark.mail
def test_a_folder_that_the_servers_may_not_enter_is_replaced_by_one_that_they_may(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(places, "ELSEWHERE", tmp_path / "elsewhere")
    layout = Layout(dir=tmp_path / "closed")
    layout.prepare()
    layout.dir.chmod(0o700)

    first, again = places.folder(layout), places.folder(layout)

    assert first == again
    assert first.parent == tmp_path / "elsewhere"


@pytest.mark.mail
def test_in_service_it_listens_on_the_worlds_ports_and_orders_stay_on_loopback(found, monkeypatch):
    monkeypatch.setitem(ENV, "BEFFROI_MAIL_PUBLIC", "yes")
    home = replace(
        find(Layout(dir=found.dir.parent), alone=False), ports=MailPorts.of_the_internet(20_000)
    )
    house.make(home)

    doors = read_by("/usr/sbin/postconf", "-c", str(home.postfix / "conf"), "-M")
    listening = {line.split()[0] for line in doors.splitlines() if line.split()[1] == "inet"}
    assert listening == {"25", "587", "465", "127.0.0.1:20015"}
    said = read_by("/usr/bin/doveconf", "-n", "-c", str(home.dovecot / "dovecot.conf"))
    orders = said.partition("inet_listener http {")[2].partition("}")[0]
    assert "address = 127.0.0.1" in orders


@pytest.mark.mail
def test_what_comes_back_to_the_return_path_is_brought_to_the_site(found, monkeypatch):
    monkeypatch.setitem(ENV, "BEFFROI_RETURN_DOMAIN", "retours.mairie.example")
    monkeypatch.setitem(ENV, "BEFFROI_LMTP_PORT", "20003")
    home = find(Layout(dir=found.dir.parent), alone=False)
    house.make(home)

    conf = str(home.postfix / "conf")
    said = read_by("/usr/sbin/postconf", "-c", conf, "-h", "relay_domains", "transport_maps")
    domains, ways = said.splitlines()
    assert domains == "retours.mairie.example"
    way = read_by("/usr/sbin/postmap", "-c", conf, "-q", domains, ways)
    assert way == "lmtp:inet:127.0.0.1:20003\n"


def test_without_root_mail_is_off_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    off = find(Layout(dir=tmp_path))

    assert isinstance(off, house.Off)
    assert "root" in off.why


def test_without_its_packages_mail_is_off_and_names_them(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setitem(presence.FILES, "rspamd", str(tmp_path / "nowhere"))

    off = find(Layout(dir=tmp_path))

    assert isinstance(off, house.Off)
    assert "rspamd" in off.why


def test_an_unknown_dovecot_is_not_guessed_at(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(presence, "FILES", {})
    program = tmp_path / "dovecot"
    program.write_text("#!/bin/sh\necho 2.4.2\n")
    program.chmod(0o755)
    monkeypatch.setattr(dovecot, "PROGRAM", str(program))

    off = find(Layout(dir=tmp_path))

    assert isinstance(off, house.Off)
    assert "2.4.2" in off.why


def test_a_first_start_makes_a_certificate_for_its_own_name_and_keeps_it(tmp_path):
    path, key = certificate.find_or_make(tmp_path, "courrier.mairie.example")
    made = x509.load_pem_x509_certificate(path.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert "courrier.mairie.example" in names.get_values_for_type(x509.DNSName)
    assert key.stat().st_mode & 0o077 == 0
    assert certificate.find_or_make(tmp_path, "autre.example") == (path, key)
    assert x509.load_pem_x509_certificate(path.read_bytes()) == made


def test_a_key_that_is_no_longer_wanted_leaves_the_folder_of_the_filter(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    one = signing.SigningKey(domain="a.example", selector="s1", pem=b"un")
    two = signing.SigningKey(domain="a.example", selector="s2", pem=b"deux")

    signing.write_keys(tmp_path, [one])
    signing.write_keys(tmp_path, [two])

    assert [path.name for path in tmp_path.glob("*.pem")] == ["a.example.s2.pem"]
    assert (tmp_path / "selectors.map").read_text() == "a.example s2\n"
    assert str(tmp_path / "a.example.s2.pem") in (tmp_path / "paths.map").read_text()


def test_what_did_not_change_keeps_its_date_and_gets_its_mode(tmp_path):
    """Postfix waits until a configuration that was just written has come to rest."""
    file = tmp_path / "main.cf"
    places.write(file, "myhostname = un.example\n")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    file.chmod(0o666)

    places.write(file, "myhostname = un.example\n")
    assert file.stat().st_mtime == 1_000_000_000
    assert file.stat().st_mode & 0o777 == 0o644

    places.write(file, "myhostname = deux.example\n")
    assert file.stat().st_mtime > 1_000_000_000
    assert file.read_text() == "myhostname = deux.example\n"
