"""Login, launch and keys: the tool side of LTI 1.3."""
