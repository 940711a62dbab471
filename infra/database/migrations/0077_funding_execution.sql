-- The awards of a call that stand, by which everybody can see what became of a funding plan's money.

ALTER TABLE rm.grant_call_register ADD awards jsonb NOT NULL DEFAULT '[]';
ALTER TABLE past.grant_call_register ADD awards jsonb NOT NULL DEFAULT '[]';
GRANT SELECT (awards) ON rm.grant_call_register, past.grant_call_register TO pakt_public;
CREATE INDEX ON rm.grant_call_register (tenant_id, plan_id);
CREATE INDEX ON rm.grant_agreement_register (tenant_id, call_id);
