"""Why a credential is not accepted, in a word that programs read and a sentence for people who look into it."""


class CredentialRefused(Exception):
    """`code` is one of the words of `verdict.py`; `reason` an English sentence without what the credential is about."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason
