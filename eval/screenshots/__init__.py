"""Pictures of every page for README and docs/guide, from a real server and real conversations."""
