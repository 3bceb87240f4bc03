"""The version of riep-planner: the one place it is written."""

__version__ = "0.1.0"
