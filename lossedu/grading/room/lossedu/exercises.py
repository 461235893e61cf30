"""Names a submission may call while it loads; grading judges it from outside."""


def check(*_, **__):
    """Do nothing."""


hint = solution = progress = check
