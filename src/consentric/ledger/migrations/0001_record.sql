-- What was sent, to which list, in which request, and what became of it. Instants are microseconds since 1970 in UTC.

CREATE TABLE identity (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  install_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  key_check BLOB NOT NULL CHECK (length(key_check) = 32)
) STRICT;

CREATE TABLE runs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  operation TEXT NOT NULL,
  config_sha256 TEXT NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  exit_code INTEGER,
  CHECK ((ended_at IS NULL) = (exit_code IS NULL))
) STRICT;

CREATE TABLE source_counts (
  run INTEGER NOT NULL REFERENCES runs (number),
  source TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows >= 0),
  PRIMARY KEY (run, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE lists (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  audience TEXT NOT NULL,
  destination TEXT NOT NULL,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  tag TEXT NOT NULL,
  name TEXT NOT NULL,
  keep_for_days INTEGER NOT NULL CHECK (keep_for_days > 0),
  created_at INTEGER NOT NULL,
  platform_id TEXT,
  platform_id_at INTEGER,
  size INTEGER,
  match_low INTEGER,
  match_high INTEGER,
  eligible INTEGER,
  facts_at INTEGER,
  UNIQUE (platform, account, audience)
) STRICT;

CREATE TABLE list_results (
  list_id INTEGER NOT NULL REFERENCES lists (id),
  run INTEGER NOT NULL REFERENCES runs (number),
  state TEXT NOT NULL,
  added INTEGER NOT NULL,
  refreshed INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  rekeyed INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  failure_code TEXT,
  failure_message TEXT,
  failure_hint TEXT,
  failure_exit_code INTEGER,
  PRIMARY KEY (list_id, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  list_id INTEGER NOT NULL REFERENCES lists (id),
  run INTEGER NOT NULL REFERENCES runs (number),
  kind TEXT NOT NULL CHECK (kind IN ('base', 'outbox')),
  name TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL CHECK (rows >= 0),
  bytes INTEGER NOT NULL CHECK (bytes > 0),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64)
) STRICT;

CREATE UNIQUE INDEX one_base_a_list ON files (list_id) WHERE kind = 'base';
CREATE INDEX files_of_a_list ON files (list_id);

-- The id is the number of the request on the wire, so it is never used again; a folded batch keeps its row and loses its file.
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
  decided_at INTEGER
) STRICT;

CREATE INDEX batches_of_a_list ON batches (list_id);
CREATE INDEX batches_of_a_file ON batches (file_id);
CREATE INDEX batches_without_answer ON batches (id) WHERE state = 'intent';

CREATE TABLE skipped_rows (
  file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  row INTEGER NOT NULL CHECK (row >= 0),
  reason TEXT NOT NULL,
  PRIMARY KEY (file_id, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE suppressions (
  digest BLOB PRIMARY KEY CHECK (length(digest) BETWEEN 16 AND 32),
  reason TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
