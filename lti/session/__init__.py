"""Sessions without cookies: a row in the database, and a page token in the page (the tool's LTI notes, section 2)."""
