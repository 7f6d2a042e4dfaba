# `just` lists these commands; install it with `pip install rust-just`.

python := ".venv/bin/python"

_default:
    @just --list

# Build and install into .venv, with all tools
dev:
    python3 -m venv .venv
    {{python}} -m pip install --quiet --upgrade pip
    {{python}} -m pip install --editable '.[dev,docs]'

# Run all tests; those that measure time run alone
test:
    {{python}} -m pytest -n auto -m "not serial"
    {{python}} -m pytest -m serial

# Run some of the tests: just pytest tests/laws -k merge
pytest *arguments:
    {{python}} -m pytest {{arguments}}

# Check formatting, lints, types and layers
lint:
    cargo fmt --check
    cargo fmt --check --manifest-path fuzz/Cargo.toml
    cargo clippy --all-targets -- --deny warnings
    cargo clippy --features python -- --deny warnings
    cargo clippy --manifest-path fuzz/Cargo.toml --target-dir target/fuzz -- --deny warnings
    {{python}} -m ruff format --check
    {{python}} -m ruff check
    {{python}} -m mypy
    {{python}} -m mypy.stubtest rapidscore._core
    .venv/bin/lint-imports

# Fuzz the core for some seconds in all, all targets or those named: just fuzz 600 pairwise
fuzz seconds="120" *targets:
    fuzz/run {{seconds}} {{targets}}

# Compare random texts, labels and options with the peers for some seconds
differential seconds *arguments:
    {{python}} tests/differential.py {{seconds}} {{arguments}}

# Run tests with AddressSanitizer, after a build of some minutes: just asan tests/text_metrics
asan *arguments:
    tests/checked asan {{arguments}}

# Run tests with debug assertions and overflow checks: just debug tests/laws
debug *arguments:
    tests/checked debug {{arguments}}

# Compare with other packages: equal scores first, then times
bench *arguments:
    {{python}} benches/compare.py {{arguments}}

# Build the documentation into docs/_build/html; a warning is an error
docs:
    {{python}} -m sphinx -W --keep-going -b html docs docs/_build/html
