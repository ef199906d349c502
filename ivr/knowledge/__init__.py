"""The knowledge base: a folder of documents, from which callers' questions are answered with their source.

``documents`` (what a passage is, how text is cut into passages), ``markup`` (Markdown and plain text), ``terms`` and
``ranking`` (which passages fit a question) and ``answering`` (what of them is said) are pure; ``reading`` and ``shelf``
touch files; ``library`` and ``tool`` are what calls use.
"""
