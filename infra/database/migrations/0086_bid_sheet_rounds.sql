-- Of the sheet of scores of bids: which round is over, who was replaced, and about whose late offices is to be decided.

ALTER TABLE rm.service_bid_sheet
    ADD closed bigint NOT NULL DEFAULT 0, ADD replaced jsonb NOT NULL DEFAULT '[]', ADD late jsonb NOT NULL DEFAULT '[]';
ALTER TABLE past.service_bid_sheet
    ADD closed bigint NOT NULL DEFAULT 0, ADD replaced jsonb NOT NULL DEFAULT '[]', ADD late jsonb NOT NULL DEFAULT '[]';
GRANT SELECT (closed) ON rm.service_bid_sheet, past.service_bid_sheet TO pakt_public;
