"""What is opened in a course, item by item and week by week, without names (policy, the page for students)."""
