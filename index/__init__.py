"""Documents in, an index directory out: load, structure, chunk, embed, store. Imports nothing else of ours."""
