-- Every calendar file that was taken over, as it came. Rows are never changed: they say on what a due date rested.
CREATE TABLE calendar_import (
    id TEXT PRIMARY KEY,
    imported_at BIGINT NOT NULL,
    imported_by TEXT NOT NULL,
    source TEXT NOT NULL,
    content TEXT NOT NULL
);
-- What holds for a year: the days of the last import that had it, as JSON, only ever read as a whole.
CREATE TABLE calendar_year (
    year BIGINT PRIMARY KEY,
    import TEXT NOT NULL,
    days TEXT NOT NULL
);
