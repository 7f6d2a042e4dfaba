"""How results are shown: as text, tables, markup and data."""
