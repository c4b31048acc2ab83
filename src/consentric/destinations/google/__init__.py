"""Google Customer Match over the Data Manager API; the Google Ads API for what only it can tell."""
