"""Meta custom audiences over the Marketing API."""
