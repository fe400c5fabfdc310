-- Everything that a terminal is told, in one run without holes. Terminals of 0.1.0 know nothing but cases, and pull these
-- by a cursor of their own, which is never higher than the other.
CREATE TABLE change (
    terminal TEXT NOT NULL,
    cursor BIGINT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    case_cursor BIGINT,
    PRIMARY KEY (terminal, cursor)
);
CREATE UNIQUE INDEX change_case ON change (terminal, case_cursor) WHERE case_cursor IS NOT NULL;
INSERT INTO change (terminal, cursor, kind, content, case_cursor)
SELECT terminal, cursor, 'case', progress, cursor FROM case_update;
DROP TABLE case_update;
-- The last place in each of the two runs: last_update is that of cases.
ALTER TABLE terminal ADD COLUMN last_change BIGINT NOT NULL DEFAULT 0;
UPDATE terminal SET last_change = last_update;
