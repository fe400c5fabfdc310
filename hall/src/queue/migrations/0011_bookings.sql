-- Places of a slot that are taken. A booking takes one only while there are fewer than the slot holds.
CREATE TABLE queue_slot (
    day TEXT NOT NULL,
    group_code TEXT NOT NULL,
    slot_from TEXT NOT NULL,
    booked BIGINT NOT NULL,
    PRIMARY KEY (day, group_code, slot_from)
);
CREATE TABLE queue_booking (
    code TEXT PRIMARY KEY,
    group_code TEXT NOT NULL,
    day TEXT NOT NULL,
    slot_from TEXT NOT NULL,
    slot_to TEXT NOT NULL,
    state TEXT NOT NULL,
    events BIGINT NOT NULL
);
CREATE INDEX queue_booking_day ON queue_booking (day, slot_from);
-- What happened to a booking, in order. Rows are only ever added.
CREATE TABLE queue_booking_event (
    booking TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    event TEXT NOT NULL,
    day TEXT NOT NULL,
    slot_from TEXT NOT NULL,
    PRIMARY KEY (booking, number)
);
