"""What is to be had of fairlearn 0.15.0."""
