"""The witnesses' port: outsiders who cosign our checkpoints."""
