-- Whether a platform took only a repetition of a request: its first attempt got no answer and may be carried out besides.

ALTER TABLE batches ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0 CHECK (doubtful IN (0, 1));
