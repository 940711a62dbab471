"""A witness of transparency logs (C2SP tlog-witness): cosigns what has only grown, and keeps proof of what has not.

It stands alone: it knows the logs' public keys and its own folder, and nothing of Pakt's database.
"""
