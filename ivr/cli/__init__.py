"""The ivr command: one file per noun, thin."""
