-- What staff decided about bodies that came under a known id or registration number. Rows are never changed. kept is 1 for
-- the body that goes on and 0 for one that was set aside; details say what became of the case of the latter, as JSON.
CREATE TABLE conflict_decision (
    digest {BLOB} NOT NULL,
    kept BIGINT NOT NULL,
    application_id TEXT NOT NULL,
    registration TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (digest, kept)
);
CREATE INDEX evidence_registration ON evidence (registration);
