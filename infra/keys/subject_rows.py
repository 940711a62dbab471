"""How the keys of persons are destroyed in `es.subject_key`, whoever does it."""

ERASE = """
INSERT INTO es.subject_key AS k (tenant_id, subject_id, erased_at)
SELECT $1, u.subject_id, now() FROM unnest($2::uuid[]) u (subject_id)
ORDER BY u.subject_id
ON CONFLICT (tenant_id, subject_id) DO UPDATE SET wrapped_dek = NULL, erased_at = excluded.erased_at
    WHERE k.erased_at IS NULL
"""
