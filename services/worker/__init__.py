"""What happens without anybody asking: deadlines that fall due, and policies that answer events with commands.

Everything the worker does follows from the log and is sent with ids that follow from it too: a second worker, a lost
message or a restart makes nothing happen twice and leaves nothing undone.
"""
