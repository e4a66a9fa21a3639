"""The second half of `./beffroi`: see beffroi.servers.launch for the first."""

import argparse
import signal
import sys
from collections.abc import Callable

from beffroi.config.commands import administer, bench, doctor, mail_half, serve, verify
from beffroi.servers import supervision, words
from beffroi.servers.launch import cli

COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": serve.demo,
    "up": serve.up,
    "mail": mail_half.serve,
    "test": verify.test,
    "check": verify.check,
    "bench": bench.bench,
    "doctor": doctor.doctor,
    "manage": administer.manage,
}


def main() -> int:
    arguments = cli.parser().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # cleans up, as for Ctrl-C
    try:
        return COMMANDS[arguments.command](arguments)
    except words.Refused as why:
        words.complain(str(why))
        return 1
    except supervision.NotRunning:
        words.complain(
            "Le superviseur s’est arrêté pendant le démarrage : voyez logs/supervisord.log."
        )
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
