"""The page: `Answer`s shown in the browser. Imports `rag` and `index`."""
