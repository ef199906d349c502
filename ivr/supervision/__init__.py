"""The running system: logs, the supervised set of processes, and the doctor."""
