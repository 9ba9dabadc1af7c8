"""Chat models: the built-in planner, and any other that a setting names."""
