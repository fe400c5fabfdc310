-- case_day, case_last and terminal_last: no case number and no number of a terminal beyond them was given. Case numbers of
-- days up to floor_day begin above floor_last, and those of terminals above floor_terminal, because others may have been given
-- in an earlier life of this database.
ALTER TABLE hall ADD COLUMN case_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hall ADD COLUMN case_last BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hall ADD COLUMN floor_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hall ADD COLUMN floor_last BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hall ADD COLUMN terminal_last BIGINT NOT NULL DEFAULT 0;
ALTER TABLE hall ADD COLUMN floor_terminal BIGINT NOT NULL DEFAULT 0;
UPDATE hall SET case_day = (SELECT COALESCE(MAX(day), 0) FROM case_counter),
    case_last = (SELECT COALESCE(MAX(last), 0) FROM case_counter),
    terminal_last = (SELECT COALESCE(MAX(last), 0) FROM terminal_series);
-- The public halves of the keys that this database goes with, and of those that it went with before.
CREATE TABLE hall_key (
    kind TEXT NOT NULL,
    public_key TEXT NOT NULL,
    since BIGINT NOT NULL,
    is_current BIGINT NOT NULL,
    PRIMARY KEY (kind, public_key)
);
-- 1 where the hall could not open what it received: tried again with the next key.
ALTER TABLE application ADD COLUMN unopened BIGINT NOT NULL DEFAULT 0;
CREATE INDEX application_unopened ON application (received_at) WHERE unopened = 1;
