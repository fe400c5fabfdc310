-- What a terminal last said of its devices, as JSON: only ever read as a whole. The column printers is what terminals said
-- to a hall of 0.1.0, until they speak again.
ALTER TABLE terminal ADD COLUMN devices TEXT NOT NULL DEFAULT '[]';
