"""Why an end of the protocol goes no further."""


class Refused(Exception):
    """What was refused, in a word that the cases ask for, and in more words."""

    def __init__(self, code, reason=""):
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code
