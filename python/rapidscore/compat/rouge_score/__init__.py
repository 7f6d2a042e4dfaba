"""rouge-score's API (0.1.2): the modules `rouge_scorer`, `scoring`, `tokenize` and `tokenizers`.

The command line and its modules are not included: `rapidscore score --metrics rouge` scores files.
"""
