"""What `manage.py benchmark NAME` runs of the whole desk, beside other software."""
