"""Make the presence facts anew in bulk by DuckDB, week by week, from archives of Moodle's log or the raw window."""
