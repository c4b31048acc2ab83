"""Where set work runs. `base.py` is the port, `duckdb.py` the engine that is built in, `kernel.py` normalises and hashes."""
