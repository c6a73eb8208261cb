"""A small VLE that speaks Moodle's web services and the platform side of LTI 1.3 over HTTP, on loopback alone."""
