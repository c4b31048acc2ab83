"""The front desk: a command line in, one workflow asked, its answer printed. It decides nothing about people."""
