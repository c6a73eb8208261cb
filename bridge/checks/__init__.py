"""The connection self-test, Moodle's side: what stands between this tool and Moodle's web services, by name."""
