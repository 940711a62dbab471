-- The language in which an agreement's project is described.

ALTER TABLE rm.grant_agreement_register ADD language text NOT NULL DEFAULT '';
ALTER TABLE past.grant_agreement_register ADD language text NOT NULL DEFAULT '';
GRANT SELECT (language) ON rm.grant_agreement_register, past.grant_agreement_register TO pakt_public;
