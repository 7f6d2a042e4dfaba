"""Metrics of labels: one label a row, several, or scores of classes; and how fair they are."""
