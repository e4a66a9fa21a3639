"""Preparing the machine: what may be tested without changing it."""

import pytest

from beffroi.servers import words
from beffroi.servers.launch import cli, packages, venv


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose two files are in a folder of the test's."""
    monkeypatch.setattr(packages, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(packages, "NO_CLUSTER", tmp_path / "createcluster.d" / "beffroi.conf")
    return packages


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """An empty place for a virtual environment, with a lock that asks for nothing."""
    monkeypatch.setattr(venv, "FOLDER", tmp_path / ".venv")
    monkeypatch.setattr(venv, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(venv, "STAMP", tmp_path / ".venv" / "stamp.json")
    monkeypatch.setattr(venv, "UNFINISHED", tmp_path / ".venv" / "unfinished")
    monkeypatch.setattr(venv, "LOCKS", tmp_path / "locks")
    venv.LOCKS.mkdir()
    for name in ("run", "dev", "embedded"):
        (venv.LOCKS / f"{name}.txt").write_text(f"# {name}: nothing\n")
    return venv


def test_no_service_starts_and_no_cluster_is_made_while_packages_are_installed(machine):
    with machine._services_asleep([]):
        assert "exit 101" in machine.POLICY.read_text()
        assert machine.POLICY.stat().st_mode & 0o111
        assert "create_main_cluster = false" in machine.NO_CLUSTER.read_text()
        assert machine.leftovers() == [machine.POLICY, machine.NO_CLUSTER]
    assert not machine.POLICY.exists()
    assert not machine.NO_CLUSTER.exists()


def test_a_failed_installation_leaves_the_machine_as_it_was(machine):
    with pytest.raises(words.Refused), machine._services_asleep([]):
        raise words.Refused("apt-get install a échoué")
    assert machine.leftovers() == []


def test_a_policy_of_the_machines_own_is_left_alone(machine):
    machine.POLICY.write_text("#!/bin/sh\nexit 101\n")
    with machine._services_asleep([]):
        assert machine.POLICY.read_text() == "#!/bin/sh\nexit 101\n"
    assert machine.POLICY.read_text() == "#!/bin/sh\nexit 101\n"
    assert machine.leftovers() == []


@pytest.mark.parametrize(
    ("package", "provides", "found"),
    [
        ("exim4-daemon-light", "mail-transport-agent", "exim4-daemon-light"),
        ("postfix", "mail-transport-agent", ""),
        ("mutt", "mail-reader", ""),
    ],
)
def test_another_mail_server_is_seen_and_never_displaced(
    machine, tmp_path, monkeypatch, package, provides, found
):
    (tmp_path / "status").write_text(
        f"Package: {package}\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n"
        f"Maintainer: x <x@x.example>\nDescription: x\nProvides: {provides}\n\n"
    )
    monkeypatch.setenv("DPKG_ADMINDIR", str(tmp_path))

    assert machine.other_mail_server() == found


@pytest.mark.slow
def test_an_environment_is_made_once_and_again_after_an_interruption(environment, capsys):
    environment.provide(dev=False, embedded=False)
    assert environment.holds("run")
    assert not environment.holds("dev")
    capsys.readouterr()

    environment.provide(dev=False, embedded=False)
    assert capsys.readouterr().out == ""

    environment.UNFINISHED.touch()
    assert not environment.holds("run")
    environment.provide(dev=True, embedded=False)
    assert "interrompue" in capsys.readouterr().out
    assert environment.holds("dev")
    assert environment.holds("run"), "the development lock holds all of the other"

    (environment.LOCKS / "dev.txt").write_text("# changed\n")
    assert not environment.holds("dev")


def test_without_the_venv_module_the_package_to_install_is_named(environment, monkeypatch):
    monkeypatch.setattr(environment, "has_venv", lambda python: False)
    with pytest.raises(words.Refused, match="apt-get install python3-venv"):
        environment.provide(dev=False, embedded=False)
    assert not environment.FOLDER.exists()


def test_the_help_names_every_command():
    text = cli.parser().format_help()
    for command in ("demo", "up", "test", "check", "bench", "doctor", "manage", "lock"):
        assert command in text
    assert "Emploi" in text


@pytest.mark.parametrize("port", ["0", "70000", "huit"])
def test_a_port_that_is_none_is_refused(port, capsys):
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["up", "--port", port])
    assert "un nombre entre 1 et 65000" in capsys.readouterr().err
