"""Names that a submission may call while it is loaded; they do nothing, because grading judges it from outside."""


def check(*_: object, **__: object) -> None:
    """Do nothing."""


hint = next = progress = solution = check
