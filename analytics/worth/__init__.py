"""What the number is worth on past data: pure arithmetic, offline (docs/worth.md)."""
