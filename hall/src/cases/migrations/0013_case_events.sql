-- What lists and rules need of a case beside its events, of which the row is the fold: version and head say how many there
-- are and how the last one is chained. 0 events: opened by an earlier program; a step after the start takes them over.
ALTER TABLE case_file ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN head {BLOB};
ALTER TABLE case_file ADD COLUMN item TEXT NOT NULL DEFAULT '';
ALTER TABLE case_file ADD COLUMN item_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN department TEXT NOT NULL DEFAULT '';
ALTER TABLE case_file ADD COLUMN terminal TEXT NOT NULL DEFAULT '';
ALTER TABLE case_file ADD COLUMN received_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN statutory_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN held_by TEXT;
ALTER TABLE case_file ADD COLUMN on_hold BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN issued BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN supplements BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN extended_days BIGINT NOT NULL DEFAULT 0;
-- 0 over, 1 open, 2 decided and still to be issued or delivered.
ALTER TABLE case_file ADD COLUMN stage BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN ended_at BIGINT;
-- Worked out from events and calendar, never true by themselves. Days are numbers such as 20261121; 99991231 is never.
ALTER TABLE case_file ADD COLUMN due_on BIGINT NOT NULL DEFAULT 99991231;
ALTER TABLE case_file ADD COLUMN amber_on BIGINT NOT NULL DEFAULT 99991231;
ALTER TABLE case_file ADD COLUMN silence_on BIGINT NOT NULL DEFAULT 99991231;
ALTER TABLE case_file ADD COLUMN assumed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_file ADD COLUMN used_days BIGINT;
-- 1 where case_search has what the case is found by.
ALTER TABLE case_file ADD COLUMN searchable BIGINT NOT NULL DEFAULT 0;
UPDATE case_file SET
    item = (SELECT a.item FROM application a WHERE a.id = case_file.id),
    terminal = (SELECT a.terminal FROM application a WHERE a.id = case_file.id),
    received_at = (SELECT a.received_at FROM application a WHERE a.id = case_file.id),
    stage = CASE WHEN state IN ('not-accepted', 'delivered') THEN 0 WHEN state IN ('granted', 'refused') THEN 2 ELSE 1 END
    WHERE EXISTS (SELECT a.id FROM application a WHERE a.id = case_file.id);
-- The work of all and of a department, by when it is due; what a member of staff has in hand; a department's cases.
CREATE INDEX case_file_due ON case_file (due_on, id) WHERE stage > 0;
CREATE INDEX case_file_department_due ON case_file (department, due_on, id) WHERE stage > 0;
CREATE INDEX case_file_held ON case_file (held_by, due_on, id) WHERE held_by IS NOT NULL;
CREATE INDEX case_file_department ON case_file (department, received_at, id);
CREATE INDEX case_file_silence ON case_file (silence_on) WHERE silence_on < 99991231;
CREATE INDEX case_file_unprepared ON case_file (id) WHERE version = 0 OR searchable = 0;
-- Materials that were to follow (容缺).
CREATE TABLE case_material (
    case_id TEXT NOT NULL,
    material TEXT NOT NULL,
    due_on BIGINT NOT NULL,
    received_at BIGINT,
    missed BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (case_id, material)
);
CREATE INDEX case_material_due ON case_material (due_on) WHERE received_at IS NULL;
-- Each rung is claimed once, by whichever hall comes first.
CREATE TABLE case_alarm (
    case_id TEXT NOT NULL,
    rung TEXT NOT NULL,
    due_on BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, rung)
);
-- By what a case is found: keyed digests of names, identity numbers and telephone numbers in normal form.
CREATE TABLE case_search (
    digest {BLOB} NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (digest, case_id)
);
