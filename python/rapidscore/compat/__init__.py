"""Drop-in replacements for other packages, the peers, at the peers' own import paths after `rapidscore.compat.`.

Signatures, return types, warnings and results are the peer's; only the computation is rapidscore's. The peer need not
be installed. Each module names the version of the peer that it follows.
"""
