"""Registration: Dynamic Registration (LTI Dynamic Registration 1.0) and the page for registering by hand."""
