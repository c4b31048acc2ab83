"""The story that `consentric demo` tells: real commands as child processes, against a sandbox, on this machine only."""
