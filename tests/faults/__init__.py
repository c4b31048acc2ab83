"""What breaks from outside: processes that are killed, told to stop, or started twice."""
