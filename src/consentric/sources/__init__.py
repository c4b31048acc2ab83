"""Where customers come from: finds and checks a source and reads its rows as Arrow. Knows no condition and no consent."""
