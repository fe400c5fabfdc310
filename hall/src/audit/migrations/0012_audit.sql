-- What happened, to what, by whom: only ever added. Each row's tag is a keyed digest over it and the row before it in its
-- stream, so that whoever has the database alone can add, change and swap nothing.
CREATE TABLE audit_event (
    stream TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    content TEXT NOT NULL,
    tag {BLOB} NOT NULL,
    PRIMARY KEY (stream, number)
);
CREATE INDEX audit_about ON audit_event (about, at) WHERE about <> '';
-- How far streams have come that no row of another table keeps.
CREATE TABLE audit_stream (
    stream TEXT PRIMARY KEY,
    events BIGINT NOT NULL,
    head {BLOB} NOT NULL
);
-- How many events there are in all streams of a family, and the sum of their tags: what is missing is noticed though its
-- stream and its row are gone too.
CREATE TABLE audit_total (
    family TEXT PRIMARY KEY,
    events BIGINT NOT NULL,
    sum {BLOB} NOT NULL,
    tag {BLOB} NOT NULL
);
