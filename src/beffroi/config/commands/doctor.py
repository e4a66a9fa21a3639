import argparse


def doctor(arguments: argparse.Namespace) -> int:
    return 0
