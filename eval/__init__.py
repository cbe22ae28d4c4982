"""Run a question set, score it without a judge, fit weights, measure speed. Imports `rag` and `index`."""
