"""Other packages' functions, under their own import paths: put `rapidscore.compat.` before the import.

Signatures, return types, warnings and results are the peer's; only the counting is done here. The peer need not be
installed. Each module names the version that it follows.
"""
