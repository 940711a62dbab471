-- A deadline may be that of a part of its stream, whatever the part is: a meeting, an instalment, a report.
ALTER TABLE rm.deadline_register RENAME COLUMN meeting_id TO part_id;
ALTER TABLE past.deadline_register RENAME COLUMN meeting_id TO part_id;
