"""The engagement policy as code, paragraph by paragraph (the source texts: Student Learning Engagement Policy)."""
