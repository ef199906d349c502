"""Simulated callers and measurements: the demonstration call and the benchmarks."""
