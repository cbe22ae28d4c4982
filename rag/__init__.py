"""A question in, an `Answer` out. Imports `index`; nothing of `ui` or `eval`."""
