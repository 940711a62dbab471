-- What is awaited of monitoring reports is public, too; the words of a draft are not.

ALTER TABLE rm.monitoring_report_register ADD COLUMN draft jsonb NOT NULL DEFAULT '{}';
