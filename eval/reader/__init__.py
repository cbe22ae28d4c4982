"""Train the reader and measure it."""
