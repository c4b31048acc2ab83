-- In which environment the first run was: null until a run said so, empty where its file named none.
ALTER TABLE identity ADD COLUMN environment TEXT;
