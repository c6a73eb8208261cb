"""Figures about groups for those without named rights, so that nobody can be found in them (policy paragraph 20).

`pools` says who is counted together, `rounding` what is known of a pool afterwards, `figures` what may be printed.
"""
