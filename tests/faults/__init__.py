"""What breaks below us and from outside: torn writes, full disks, kills, storms. All of it with `CONSENTRIC_LONG=1`."""
