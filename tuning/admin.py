"""The tuning app in the Django admin; each module registers what it shows."""

from tuning import pair_admin, run_admin, switch_admin  # noqa: F401
