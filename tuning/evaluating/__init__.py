"""What a tuned model is measured by, before it may be switched on."""
