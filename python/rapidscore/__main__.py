"""`python -m rapidscore` is the command `rapidscore`."""

from rapidscore.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
