-- What boards and phones have to show, in the order of the commits: whoever changes the queue counts up the one row of
-- queue_last_change last of all, so that an id is never seen before a smaller one, whichever hall wrote it. Only the
-- newest few thousand are kept. kind is 'called', 'lines' or 'setup'; number, group and window belong to a call.
CREATE TABLE queue_change (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    number TEXT,
    group_code TEXT,
    window_code TEXT
);
CREATE INDEX queue_change_called ON queue_change (day, id) WHERE kind = 'called';
CREATE TABLE queue_last_change (
    id BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO queue_last_change (id, last) VALUES (1, 0);
