"""Metrics of labels: one label per row, several labels, or scores of classes; and measures of fairness."""
