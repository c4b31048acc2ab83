-- What was written while the clock stood clearly before what was on record: its instants are lifted when the clock is right.

ALTER TABLE runs ADD COLUMN behind INTEGER NOT NULL DEFAULT 0 CHECK (behind IN (0, 1));
ALTER TABLE requests ADD COLUMN behind INTEGER NOT NULL DEFAULT 0 CHECK (behind IN (0, 1));
