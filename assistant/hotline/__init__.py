"""The hotline desk: what is read out to a caller, answers approved once for all, and earlier calls like this one."""
