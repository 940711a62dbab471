-- The planner's statistics keep samples of a column's values: of wrapped data keys, copies that an erasure would not
-- reach. Naming the column's type anew drops what was sampled; from here on nothing is.
ALTER TABLE es.subject_key ALTER COLUMN wrapped_dek TYPE bytea;
ALTER TABLE es.subject_key ALTER COLUMN wrapped_dek SET STATISTICS 0;
