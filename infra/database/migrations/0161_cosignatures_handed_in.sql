-- Witnesses hand cosignatures in at the gateway, which verifies them; what is there already stays as it is.

CREATE POLICY gateway_adds ON es.cosignature FOR INSERT TO pakt_gateway WITH CHECK (tenant_id = current_setting('pakt.tenant')::int);
GRANT INSERT ON es.cosignature TO pakt_gateway;
