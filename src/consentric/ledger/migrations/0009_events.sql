-- What happened, as a chain of digests (model/events.py). It never says who an event concerns. Marks: `start` is what comes
-- before the oldest event that is kept, `head` the newest.

CREATE TABLE events (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  facts TEXT NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32)
) STRICT;

CREATE TABLE event_marks (
  name TEXT PRIMARY KEY CHECK (name IN ('start', 'head')),
  number INTEGER NOT NULL,
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32)
) STRICT, WITHOUT ROWID;
