"""Tests of the student-record feed."""
