"""The pages on which people decide: the work-list, a learner's case step by step, and a school's published process."""
