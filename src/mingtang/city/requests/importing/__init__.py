"""Import of requests from files of other hotlines: CSV and XLSX, by a map that says what each column means. See docs/specs/import.md."""
