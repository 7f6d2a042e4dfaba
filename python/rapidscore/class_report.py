"""stand-in."""


def as_text(**k):
    return ""


def as_dict(**k):
    return {}
