"""The only code that speaks HTTP to Moodle: typed calls of the plugin's web-service functions."""
