"""`./beffroi bench …`: measures on a throw-away Beffroi of its own."""

import argparse

from beffroi.servers import words


def bench(arguments: argparse.Namespace) -> int:
    raise words.Refused("bench : pas encore")
