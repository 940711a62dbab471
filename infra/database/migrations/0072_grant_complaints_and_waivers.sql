-- Awards released before the final ranking, complaints about checks with the checks that were made before, and overdue
-- reports that were waived, which everybody may read.

ALTER TABLE rm.grant_call_register ADD released jsonb NOT NULL DEFAULT '[]', ADD frozen_until timestamptz;
ALTER TABLE past.grant_call_register ADD released jsonb NOT NULL DEFAULT '[]', ADD frozen_until timestamptz;
GRANT SELECT (released, frozen_until) ON rm.grant_call_register, past.grant_call_register TO pakt_public;

ALTER TABLE rm.grant_complaint_register ADD subject text NOT NULL DEFAULT 'ranking';
ALTER TABLE past.grant_complaint_register ADD subject text NOT NULL DEFAULT 'ranking';

ALTER TABLE rm.grant_application_register ADD earlier_checks jsonb NOT NULL DEFAULT '[]';
ALTER TABLE past.grant_application_register ADD earlier_checks jsonb NOT NULL DEFAULT '[]';

ALTER TABLE rm.grant_agreement_register ADD waived jsonb NOT NULL DEFAULT '[]';
ALTER TABLE past.grant_agreement_register ADD waived jsonb NOT NULL DEFAULT '[]';
GRANT SELECT (waived) ON rm.grant_agreement_register, past.grant_agreement_register TO pakt_public;
