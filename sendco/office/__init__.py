"""The school office: people with accounts, and the school's own settings. A roof package, since changes are audited and told."""
