-- Erasure: who brought which file, and a way from a person to the events that have something sealed about them.

-- Who uploaded which bytes. Forgotten when the person is erased; says nothing but ids.
CREATE TABLE es.upload (
    tenant_id int NOT NULL, sha256 text COLLATE "C" NOT NULL, person_id uuid NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, sha256, person_id)
);
CREATE INDEX upload_person ON es.upload (tenant_id, person_id);

DO $$
BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    CREATE TRIGGER own_tenant BEFORE INSERT ON es.upload FOR EACH ROW EXECUTE FUNCTION es.own_tenant();
END $$;
ALTER TABLE es.upload ENABLE ROW LEVEL SECURITY;
ALTER TABLE es.upload FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway_keeps ON es.upload TO pakt_gateway USING (tenant_id = current_setting('pakt.tenant')::int) WITH CHECK (tenant_id = current_setting('pakt.tenant')::int);
GRANT SELECT, INSERT, DELETE ON es.upload TO pakt_gateway;

-- A destroyed key leaves a dead row with its wrapped bytes: take it away within minutes, not when a fifth of the table
-- has changed.
ALTER TABLE es.subject_key SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 0);

-- Events of earlier versions get the tag by which a person's events are found (`subject:<id>`).
INSERT INTO es.event_tag (tenant_id, tag, position)
SELECT DISTINCT e.tenant_id, 'subject:' || (v.value ->> 'subject'), e.position
FROM es.event e CROSS JOIN LATERAL jsonb_array_elements(convert_from(e.pii, 'UTF8')::jsonb -> 'values') v
WHERE e.pii IS NOT NULL
ON CONFLICT (tenant_id, tag, position) DO NOTHING;
