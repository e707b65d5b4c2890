"""The demo's base model: a small Llama that repeats the sentences it is given.

No Django in here. `manage.py build_demo_model` runs it.
"""
