"""Receipts: what somebody carries away of an event, a promise at first and a proof once the log is sealed."""
