"""Messages to learners and the directory of services: templates, preview with a learner's own facts, copy or send."""
