"""The registers of the fictional city of Mingzhou: made from a seed, each agency's in a database file of its own."""
