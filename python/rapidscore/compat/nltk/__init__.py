"""What is to be had of NLTK 3.10.4."""
