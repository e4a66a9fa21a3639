"""`./beffroi install`: what puts Beffroi on a Debian with systemd, and takes it away again.

Standard library only: it is printed (`--dry-run`) before anything is installed. `plan.py` says what, `hands.py` does it.
"""
