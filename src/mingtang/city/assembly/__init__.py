"""The assembly: budgets counted, opinions mapped. Proposals, votes and their execution stand on the same engines and are still to come."""
