-- One row: what every process that serves this database must notice at once.
-- changes grows with every write transaction; a restored older database is recognised by it.
CREATE TABLE hall (
    id BIGINT PRIMARY KEY,
    epoch TEXT NOT NULL,
    changes BIGINT NOT NULL,
    terminals BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
-- Rows are never deleted: a terminal's id is never given twice.
CREATE TABLE terminal (
    id TEXT PRIMARY KEY,
    public_key {BLOB} NOT NULL,
    issued_at BIGINT NOT NULL,
    certificate {BLOB} NOT NULL,
    revoked_at BIGINT,
    last_update BIGINT NOT NULL,
    seen_at BIGINT,
    version TEXT NOT NULL,
    catalogue BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    printer TEXT NOT NULL,
    intake_open BIGINT NOT NULL
);
CREATE TABLE terminal_series (
    prefix TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
CREATE TABLE invitation (
    code_hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_by TEXT
);
-- What was received, never changed afterwards. The two unique indexes decide what is a duplicate.
CREATE TABLE application (
    id TEXT PRIMARY KEY,
    registration TEXT NOT NULL,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    digest {BLOB} NOT NULL,
    envelope {BLOB} NOT NULL,
    received_at BIGINT NOT NULL,
    refusal TEXT
);
CREATE UNIQUE INDEX application_registration ON application (registration);
CREATE TABLE case_file (
    id TEXT PRIMARY KEY,
    case_number TEXT NOT NULL,
    state TEXT NOT NULL,
    item_name TEXT NOT NULL,
    promised_days BIGINT NOT NULL,
    working_days BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    remark TEXT NOT NULL,
    acknowledgement {BLOB} NOT NULL,
    signature {BLOB} NOT NULL
);
CREATE UNIQUE INDEX case_file_number ON case_file (case_number);
CREATE TABLE case_counter (
    task_code TEXT NOT NULL,
    day BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (task_code, day)
);
CREATE TABLE case_update (
    terminal TEXT NOT NULL,
    cursor BIGINT NOT NULL,
    progress TEXT NOT NULL,
    PRIMARY KEY (terminal, cursor)
);
-- Another body under a known id or registration number: kept, so that neither copy is lost.
CREATE TABLE evidence (
    digest {BLOB} PRIMARY KEY,
    application_id TEXT NOT NULL,
    registration TEXT NOT NULL,
    terminal TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    envelope {BLOB} NOT NULL
);
CREATE INDEX evidence_application ON evidence (application_id);
CREATE TABLE attachment (
    application_id TEXT NOT NULL,
    material TEXT NOT NULL,
    entry TEXT NOT NULL,
    completed_at BIGINT,
    readable BIGINT,
    PRIMARY KEY (application_id, material)
);
CREATE TABLE chunk (
    application_id TEXT NOT NULL,
    material TEXT NOT NULL,
    number BIGINT NOT NULL,
    digest {BLOB} NOT NULL,
    content {BLOB} NOT NULL,
    PRIMARY KEY (application_id, material, number)
);
-- Every version of every item ever published: applications are checked against the one they began with.
CREATE TABLE item_version (
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    digest {BLOB} NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (code, version)
);
-- Which version of an item the revisions since (included) until (excluded) hold.
CREATE TABLE item_span (
    code TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (code, since)
);
CREATE INDEX item_span_until ON item_span (until);
CREATE TABLE revision (
    revision BIGINT PRIMARY KEY,
    published_at BIGINT NOT NULL,
    frame TEXT NOT NULL,
    manifest {BLOB} NOT NULL,
    signature {BLOB} NOT NULL,
    bundle {BLOB}
);
