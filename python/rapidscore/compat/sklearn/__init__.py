"""What is to be had of scikit-learn 1.9.1."""
