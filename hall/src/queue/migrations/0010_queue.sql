-- The hall's queue set-up, as JSON: the one with the highest version holds. Rows are never changed.
CREATE TABLE queue_setup (
    version BIGINT PRIMARY KEY,
    set_at BIGINT NOT NULL,
    set_by TEXT NOT NULL,
    content TEXT NOT NULL
);
-- Business days of the hall, by their own date.
CREATE TABLE queue_day (
    day TEXT PRIMARY KEY,
    closed_at BIGINT,
    closed_by TEXT
);
-- The last number of each prefix and day: the only place that numbers come from. epoch is the database's life in which
-- it was given: numbers go on at the next thousand where a backup was restored, as nobody knows what was given since.
CREATE TABLE queue_counter (
    day TEXT NOT NULL,
    prefix TEXT NOT NULL,
    last BIGINT NOT NULL,
    epoch TEXT NOT NULL,
    PRIMARY KEY (day, prefix)
);
-- A place in the queue: the fold of its events, written in the same transaction. day and number stand on the paper and
-- never change; serve_day is the business day on which the place holds, queued_at its place in the line.
CREATE TABLE queue_ticket (
    id TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    group_code TEXT NOT NULL,
    priority TEXT,
    is_priority BIGINT NOT NULL,
    state TEXT NOT NULL,
    serve_day TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    window_code TEXT,
    attempts BIGINT NOT NULL,
    first_called_at BIGINT,
    expected_wait BIGINT NOT NULL,
    wait_scale BIGINT NOT NULL,
    shortest_wait BIGINT NOT NULL,
    longest_wait BIGINT NOT NULL,
    events BIGINT NOT NULL
);
CREATE UNIQUE INDEX queue_ticket_number ON queue_ticket (day, number);
CREATE INDEX queue_ticket_waiting ON queue_ticket (serve_day, group_code, is_priority, queued_at, id)
    WHERE state = 'waiting';
CREATE INDEX queue_ticket_state ON queue_ticket (serve_day, state);
CREATE INDEX queue_ticket_called ON queue_ticket (group_code, first_called_at) WHERE first_called_at IS NOT NULL;
-- Attempts: which call of a place, by which window and whom. One place and one window have one open call at most.
CREATE TABLE queue_call (
    id TEXT PRIMARY KEY,
    ticket TEXT NOT NULL,
    group_code TEXT NOT NULL,
    window_code TEXT NOT NULL,
    called_at BIGINT NOT NULL,
    called_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    arrived_at BIGINT,
    serving_at BIGINT,
    ended_at BIGINT,
    outcome TEXT
);
CREATE UNIQUE INDEX queue_call_ticket ON queue_call (ticket) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX queue_call_window ON queue_call (window_code) WHERE ended_at IS NULL;
CREATE INDEX queue_call_ended ON queue_call (group_code, ended_at) WHERE ended_at IS NOT NULL;
-- What happened to a place, in order. Rows are only ever added.
CREATE TABLE queue_event (
    ticket TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (ticket, number)
);
-- How many priority calls in a row there were while somebody ordinary waited: kind is 'group' or 'window'. Who calls
-- changes these rows first, in the order of kind and code, so that callers of the same groups take turns.
CREATE TABLE queue_streak (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    priority_calls BIGINT NOT NULL,
    PRIMARY KEY (day, kind, code)
);
