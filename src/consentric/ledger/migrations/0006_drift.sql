-- How a list is not as it was left: what we called it and what it is called now, since when the file does not want it, and
-- whether it was deleted. `drift` is a word of model/lists.Drift; the deletion is asked for before it is, like a request.

ALTER TABLE lists ADD COLUMN told_name TEXT;
ALTER TABLE lists ADD COLUMN told_description TEXT;
ALTER TABLE lists ADD COLUMN seen_name TEXT;
ALTER TABLE lists ADD COLUMN drift TEXT;
ALTER TABLE lists ADD COLUMN left_at INTEGER;
ALTER TABLE lists ADD COLUMN deletion_asked_at INTEGER;
ALTER TABLE lists ADD COLUMN deleted_at INTEGER;

UPDATE lists SET told_name = name WHERE platform_id IS NOT NULL;
