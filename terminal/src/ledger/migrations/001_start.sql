-- Small facts: last registration number, epoch, cursor.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL,
    mac   BLOB NOT NULL
) WITHOUT ROWID;

-- One row for each accepted application, kept for good. Nothing personal: the applicant is masked.
CREATE TABLE application (
    sequence     INTEGER PRIMARY KEY AUTOINCREMENT,
    id           BLOB NOT NULL UNIQUE,
    registration TEXT NOT NULL UNIQUE,
    item         TEXT NOT NULL,
    accepted_at  INTEGER NOT NULL,
    token        TEXT NOT NULL,
    digest       BLOB NOT NULL,
    slip         TEXT NOT NULL,
    mac          BLOB NOT NULL
);

-- What became of it. One row for each application.
CREATE TABLE outcome (
    sequence        INTEGER PRIMARY KEY REFERENCES application(sequence),
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'acknowledged', 'quarantined')),
    acknowledgement TEXT,
    reason          TEXT,
    progress        TEXT,
    mac             BLOB NOT NULL
);
CREATE INDEX outcome_by_state ON outcome(state, sequence);

-- The sealed body, until it is acknowledged and no longer kept. It proves itself by the terminal's signature.
CREATE TABLE sealed (
    sequence        INTEGER PRIMARY KEY REFERENCES application(sequence),
    envelope        BLOB NOT NULL,
    acknowledged_at INTEGER
);

-- Sealed chunks of attachments, each until the hall has it and it is no longer kept.
CREATE TABLE chunk (
    sequence INTEGER NOT NULL REFERENCES application(sequence),
    material TEXT NOT NULL,
    place    INTEGER NOT NULL,
    digest   BLOB NOT NULL,
    sent     INTEGER NOT NULL DEFAULT 0,
    bytes    BLOB NOT NULL,
    PRIMARY KEY (sequence, material, place)
);

-- The print journal: what was to be printed, and what is known of it.
CREATE TABLE print_job (
    job        INTEGER PRIMARY KEY AUTOINCREMENT,
    sequence   INTEGER NOT NULL REFERENCES application(sequence),
    copy       INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('intent', 'sent', 'printed', 'failed', 'unknown')),
    reason     TEXT,
    changed_at INTEGER NOT NULL,
    mac        BLOB NOT NULL,
    UNIQUE (sequence, copy)
);
