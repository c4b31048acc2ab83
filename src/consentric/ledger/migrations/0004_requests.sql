-- Who said no to us. A request is one call of a command, a subject one key that was given to it, known by keyed digests only.

CREATE TEMP TABLE before AS SELECT digest, reason, added_at FROM suppressions;

DROP TABLE suppressions;

CREATE TABLE requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  verb TEXT NOT NULL CHECK (verb IN ('withdrew', 'objected', 'restricted', 'erased', 'lifted')),
  reason TEXT NOT NULL,
  subjects INTEGER NOT NULL CHECK (subjects >= 0),
  people INTEGER,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE subjects (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request INTEGER NOT NULL REFERENCES requests (id),
  verb TEXT NOT NULL CHECK (verb IN ('withdrew', 'objected', 'restricted', 'erased')),
  at INTEGER NOT NULL
) STRICT;

CREATE INDEX subjects_of_a_request ON subjects (request);

-- `given`: 1 for a key that the person named, 0 for one that was found to be the same person's.
CREATE TABLE suppressed (
  digest BLOB NOT NULL CHECK (length(digest) BETWEEN 16 AND 32),
  subject INTEGER NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
  given INTEGER NOT NULL CHECK (given IN (0, 1)),
  PRIMARY KEY (digest, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX suppressed_of_a_subject ON suppressed (subject);

-- Keyed digests of what platforms were sent for a subject; they go as soon as the lists were searched for them.
CREATE TABLE sought (
  digest BLOB NOT NULL CHECK (length(digest) = 16),
  subject INTEGER NOT NULL REFERENCES subjects (id) ON DELETE CASCADE,
  PRIMARY KEY (digest, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE request_lists (
  request INTEGER NOT NULL REFERENCES requests (id),
  list_id INTEGER NOT NULL REFERENCES lists (id),
  people INTEGER NOT NULL CHECK (people > 0),
  asked_at INTEGER,
  confirmed_at INTEGER,
  PRIMARY KEY (request, list_id)
) STRICT, WITHOUT ROWID;

-- Whose rows a list still holds although their erasure is asked for; they go with the
-- last byte of the person. `off`: on the list no more, as far as the platform says.
CREATE TABLE leavers (
  request INTEGER NOT NULL REFERENCES requests (id),
  list_id INTEGER NOT NULL REFERENCES lists (id),
  person BLOB NOT NULL,
  off INTEGER NOT NULL DEFAULT 0 CHECK (off IN (0, 1)),
  PRIMARY KEY (request, list_id, person)
) STRICT, WITHOUT ROWID;

INSERT INTO requests (id, verb, reason, subjects, people, at)
  SELECT row_number() OVER (ORDER BY added_at, digest), CASE reason WHEN 'erased' THEN 'erased' ELSE 'objected' END, reason,
         1, 0, added_at FROM before;

INSERT INTO subjects (id, request, verb, at) SELECT id, id, verb, at FROM requests;

INSERT INTO suppressed (digest, subject, given)
  SELECT digest, row_number() OVER (ORDER BY added_at, digest), 1 FROM before;

DROP TABLE temp.before;
