"""Pure libraries: no Django, no database, no network. Each imports the kernel and nothing else of ours, unless its spec names another engine."""
