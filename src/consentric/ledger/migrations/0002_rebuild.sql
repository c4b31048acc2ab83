-- Why the platform may hold people whom this record does not know, so that nobody is added before it was rebuilt; NULL: no reason.
ALTER TABLE lists ADD COLUMN rebuild TEXT CHECK (rebuild IN ('restored', 'adopted', 'deleted', 'asked'));
