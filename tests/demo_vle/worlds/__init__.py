"""The worlds the demo VLE can serve: a recorded one, the same stretched over weeks, and a generated term."""
