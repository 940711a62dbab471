"""Files, kept under the hash of their content and never overwritten."""
