-- After how many days without an addition a platform drops somebody: as it was last set, as it was asked for before the
-- answer came, as it was last seen. Whoever was last added up to `fewer_until` may have only `fewer_days`.

ALTER TABLE lists ADD COLUMN told_days INTEGER;
ALTER TABLE lists ADD COLUMN asked_days INTEGER;
ALTER TABLE lists ADD COLUMN seen_days INTEGER;
ALTER TABLE lists ADD COLUMN fewer_days INTEGER;
ALTER TABLE lists ADD COLUMN fewer_until INTEGER;
