"""Other systems over the same documents, questions and embedding model, each in a process and environment of its own.

What a peer's process runs (`exchange`, `with_…`) imports nothing of the project: it reads a task and writes a result.
"""
