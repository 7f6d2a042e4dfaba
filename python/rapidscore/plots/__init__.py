"""Pictures of results, drawn with matplotlib in one look: values with intervals, and confusion matrices."""
