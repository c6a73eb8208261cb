"""The student-record feed: a CSV of the institution is read, compared with what is stored, and applied."""
