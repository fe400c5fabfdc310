-- The highest registration number that came from each terminal: its day label times 10000 and its running number.
CREATE TABLE terminal_number (
    terminal TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO terminal_number (terminal, last)
SELECT terminal, MAX(CAST(SUBSTR(registration, LENGTH(terminal) + 2, 6) AS BIGINT) * 10000
                     + CAST(SUBSTR(registration, LENGTH(terminal) + 9, 4) AS BIGINT))
FROM application GROUP BY terminal;
-- The last numbers of which the terminal itself has told, as JSON: only ever read as a whole.
ALTER TABLE terminal ADD COLUMN numbers TEXT NOT NULL DEFAULT '{}';
-- Which terminal took another's place, and whether that one had been revoked before: then its key may be in other hands.
CREATE TABLE terminal_successor (
    terminal TEXT PRIMARY KEY,
    successor TEXT NOT NULL,
    was_revoked BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL
);
CREATE INDEX terminal_successor_of ON terminal_successor (successor);
-- What staff must know of how an application came.
CREATE TABLE application_mark (
    application_id TEXT PRIMARY KEY,
    mark TEXT NOT NULL
);
