"""Erasure carried out: register, key, files, and the certificate that says so."""
