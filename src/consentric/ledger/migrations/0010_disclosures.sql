-- What lists no longer hold of people who were sent to them: a further kind of file. SQLite cannot change what a table checks, so
-- the table is made anew, and with it those that refer to it. `oldest` is the end of the stay in the file that ended first.

CREATE TEMP TABLE old_files AS SELECT * FROM files;

CREATE TEMP TABLE old_batches AS SELECT * FROM batches;

CREATE TEMP TABLE old_skipped_rows AS SELECT * FROM skipped_rows;

-- The numbers of requests are never used again, not even those of a record that a backup took the place of.
CREATE TEMP TABLE old_sequences AS SELECT name, seq FROM sqlite_sequence WHERE name IN ('files', 'batches');

DROP TABLE skipped_rows;

DROP TABLE batches;

DROP TABLE files;

CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  list_id INTEGER NOT NULL REFERENCES lists (id),
  run INTEGER NOT NULL REFERENCES runs (number),
  kind TEXT NOT NULL CHECK (kind IN ('base', 'outbox', 'past')),
  name TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL CHECK (rows >= 0),
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  oldest INTEGER CHECK (oldest IS NULL OR kind = 'past')
) STRICT;

CREATE TABLE batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  list_id INTEGER NOT NULL REFERENCES lists (id),
  run INTEGER NOT NULL REFERENCES runs (number),
  file_id INTEGER REFERENCES files (id) ON DELETE SET NULL,
  operation INTEGER NOT NULL,
  shape INTEGER NOT NULL,
  first INTEGER NOT NULL CHECK (first >= 0),
  rows INTEGER NOT NULL CHECK (rows > 0),
  people INTEGER NOT NULL CHECK (people >= 0),
  state TEXT NOT NULL CHECK (state IN ('intent', 'accepted', 'confirmed', 'partial', 'failed', 'unknown')),
  handle TEXT,
  reason TEXT NOT NULL DEFAULT '',
  match_low INTEGER,
  match_high INTEGER,
  sent_at INTEGER NOT NULL,
  accepted_at INTEGER,
  decided_at INTEGER,
  doubtful INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1))
) STRICT;

CREATE TABLE skipped_rows (
  file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  row INTEGER NOT NULL CHECK (row >= 0),
  reason TEXT NOT NULL,
  PRIMARY KEY (file_id, row)
) STRICT, WITHOUT ROWID;

INSERT INTO files (id, list_id, run, kind, name, rows, bytes, sha256)
  SELECT id, list_id, run, kind, name, rows, bytes, sha256 FROM old_files;

INSERT INTO batches (id, list_id, run, file_id, operation, shape, first, rows, people, state, handle, reason, match_low,
                     match_high, sent_at, accepted_at, decided_at, doubtful)
  SELECT id, list_id, run, file_id, operation, shape, first, rows, people, state, handle, reason, match_low,
         match_high, sent_at, accepted_at, decided_at, doubtful FROM old_batches;

INSERT INTO skipped_rows (file_id, row, reason) SELECT file_id, row, reason FROM old_skipped_rows;

DELETE FROM sqlite_sequence WHERE name IN ('files', 'batches');

INSERT INTO sqlite_sequence (name, seq) SELECT name, seq FROM old_sequences;

DROP TABLE temp.old_files;

DROP TABLE temp.old_batches;

DROP TABLE temp.old_skipped_rows;

DROP TABLE temp.old_sequences;

CREATE UNIQUE INDEX one_base_a_list ON files (list_id) WHERE kind = 'base';

CREATE UNIQUE INDEX one_past_a_list ON files (list_id) WHERE kind = 'past';

CREATE INDEX files_of_a_list ON files (list_id);

CREATE INDEX batches_of_a_list ON batches (list_id);

CREATE INDEX batches_of_a_file ON batches (file_id);

CREATE INDEX batches_without_answer ON batches (id) WHERE state = 'intent';
