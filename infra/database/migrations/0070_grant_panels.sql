-- Who judges each application of a call: who left, who took the place, and what is to be decided; further draws of
-- alternates; and which round of scores is over, before which nobody is shown any points. The public sees who judged
-- by number and id, and nothing of why.

ALTER TABLE rm.grant_scoring_sheet
    ADD changes jsonb NOT NULL DEFAULT '[]', ADD suspected jsonb NOT NULL DEFAULT '[]', ADD closed bigint NOT NULL DEFAULT 0;
ALTER TABLE past.grant_scoring_sheet
    ADD changes jsonb NOT NULL DEFAULT '[]', ADD suspected jsonb NOT NULL DEFAULT '[]', ADD closed bigint NOT NULL DEFAULT 0;
GRANT SELECT (changes, closed) ON rm.grant_scoring_sheet, past.grant_scoring_sheet TO pakt_public;
ALTER TABLE rm.grant_commission_register
    ADD extensions jsonb NOT NULL DEFAULT '[]', ADD replacements jsonb NOT NULL DEFAULT '[]', ADD composition jsonb;
ALTER TABLE past.grant_commission_register
    ADD extensions jsonb NOT NULL DEFAULT '[]', ADD replacements jsonb NOT NULL DEFAULT '[]', ADD composition jsonb;
GRANT SELECT (extensions, composition) ON rm.grant_commission_register, past.grant_commission_register TO pakt_public;
