-- What a terminal asked for under an id of its own, and what it got: sent again it gets the same. content tells whether
-- it is the same request; given is a ticket's id or a booking's code.
CREATE TABLE queue_request (
    terminal TEXT NOT NULL,
    id TEXT NOT NULL,
    content TEXT NOT NULL,
    given TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (terminal, id)
);
