"""What breaks below us: torn writes, full disks, kills, storms. Everything at every place with `CONSENTRIC_LONG=1`."""
