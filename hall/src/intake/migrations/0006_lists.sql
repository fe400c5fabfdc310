-- Lists for staff are read page by page, newest first, without a look at every envelope.
CREATE INDEX application_received ON application (received_at, id);
CREATE INDEX application_refused ON application (received_at, id) WHERE refusal IS NOT NULL;
