"""Single segments of results: tables of those to read first, and scores by properties of their texts."""
