"""The command `rapidscore`."""

from rapidscore.cli.command import main

__all__ = ["main"]
