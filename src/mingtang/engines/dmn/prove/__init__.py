"""Proofs about decision models before they go live: exact geometry on tables, a solver on graphs."""
