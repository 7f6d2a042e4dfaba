"""What is to be had of rouge-score 0.1.2: `rouge_scorer`, `scoring`, `tokenize` and `tokenizers`.

Its command line, and the modules that serve it, are not here: `rapidscore score --metrics rouge` scores files.
"""
