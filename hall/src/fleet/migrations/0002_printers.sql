-- What a terminal last said of its printers, as JSON: only ever read as a whole.
ALTER TABLE terminal ADD COLUMN printers TEXT NOT NULL DEFAULT '[]';
