"""Tests of the Moodle plugin's plain PHP, run without a Moodle."""
