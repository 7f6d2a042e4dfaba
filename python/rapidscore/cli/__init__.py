"""The command line program `rapidscore`, with the commands `score`, `compare` and `classify`."""

from rapidscore.cli.command import main

__all__ = ["main"]
