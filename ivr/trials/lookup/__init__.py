"""``ivr bench knowledge``: how well questions are answered from the demo company's documents."""
