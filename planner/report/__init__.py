"""What people read of a run: tables, charts, datasets, the summary. Everything is returned, nothing is written."""
