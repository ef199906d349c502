"""The correction bank: mends misheard words of this field, and never what may decide a call."""
