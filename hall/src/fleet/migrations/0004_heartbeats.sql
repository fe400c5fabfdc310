-- When a terminal's last sign of life was signed: an older one that comes again changes nothing.
ALTER TABLE terminal ADD COLUMN signed_at BIGINT NOT NULL DEFAULT 0;
