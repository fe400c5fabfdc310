-- Wrong tries of what is given beside a registration number: by number, and by the terminal that they came from.
CREATE TABLE lookup_try (
    subject TEXT PRIMARY KEY,
    wrong BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
