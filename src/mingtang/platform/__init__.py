"""What every act passes: ledger, people, exchange, scenes, cases - in this order of imports, downward only."""
