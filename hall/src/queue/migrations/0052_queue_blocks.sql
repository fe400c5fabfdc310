-- Blocks of numbers that terminals may give while they do not reach the hall. Their numbers come from queue_counter and
-- go back to nobody: not those of a block that was given back either, since whoever restores a terminal's disk has it again.
-- used is how many the terminal says it gave.
CREATE TABLE queue_block (
    id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    group_code TEXT NOT NULL,
    day TEXT NOT NULL,
    prefix TEXT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    epoch TEXT NOT NULL,
    leased_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    ended_at BIGINT,
    used BIGINT
);
CREATE INDEX queue_block_open ON queue_block (terminal, day) WHERE ended_at IS NULL;
