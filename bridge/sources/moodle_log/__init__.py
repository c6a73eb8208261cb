"""Read Moodle's own log download (course → Reports → Logs) as evidence, for sites without the plugin."""
