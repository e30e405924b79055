"""The corpus in a browser: Datasette on this machine only, with pages of ours that are set for reading."""
