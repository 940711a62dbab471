-- During an upgrade yesterday's projectors run beside today's. Those of releases before this one rebuild whatever read
-- model has another version than theirs, a newer one too: here they are refused, and the newer rows stay.

CREATE FUNCTION es.keep_newer_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE 'read model % of tenant % is kept by a newer version of Pakt (% instead of %)',
        OLD.name, OLD.tenant_id, OLD.version, NEW.version USING ERRCODE = 'PK005';
END $$;

DO $$ BEGIN
    SET LOCAL citus.enable_unsafe_triggers = on;
    CREATE TRIGGER newer_rows_stay BEFORE UPDATE OF version ON es.checkpoint FOR EACH ROW
        WHEN (NEW.version < OLD.version) EXECUTE FUNCTION es.keep_newer_rows();
END $$;
