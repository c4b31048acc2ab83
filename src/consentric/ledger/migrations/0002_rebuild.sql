-- Lists that are filled anew: why, the newest request before that began, and the instant of which the rest leaves.
ALTER TABLE lists ADD COLUMN rebuild TEXT;
ALTER TABLE lists ADD COLUMN rebuild_seq INTEGER;
ALTER TABLE lists ADD COLUMN rebuild_at INTEGER;
