-- A new kind of print job needs no new table: the program, not the file, says which kinds there are.
ALTER TABLE print_job RENAME TO print_job_002;

CREATE TABLE print_job (
    job        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    sequence   INTEGER REFERENCES application(sequence),
    label      TEXT,
    copy       INTEGER NOT NULL,
    outlet     TEXT NOT NULL CHECK (outlet IN ('slip', 'page')),
    state      TEXT NOT NULL CHECK (state IN ('intent', 'sent', 'printed', 'failed', 'unknown')),
    reason     TEXT,
    changed_at INTEGER NOT NULL,
    mac        BLOB NOT NULL
);

INSERT INTO print_job (job, kind, sequence, label, copy, outlet, state, reason, changed_at, mac)
SELECT job, kind, sequence, label, copy, outlet, state, reason, changed_at, mac FROM print_job_002;

DROP TABLE print_job_002;

CREATE UNIQUE INDEX print_job_copy ON print_job(sequence, kind, copy) WHERE sequence IS NOT NULL;
CREATE UNIQUE INDEX print_job_ticket ON print_job(label) WHERE kind = 'ticket';
CREATE INDEX print_job_open ON print_job(state, job) WHERE state IN ('intent', 'sent', 'unknown');
