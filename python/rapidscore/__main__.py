"""Run the command `rapidscore` by `python -m rapidscore`."""

from rapidscore.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
