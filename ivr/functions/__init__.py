"""Business functions: the contract that holds for all of them, and those that an operator adds."""
