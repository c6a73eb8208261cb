"""Sources beside Moodle's web services: files of the institution, each kind by one contract (docs/import.md)."""
