"""Text that is safe to show: escaped, bounded, signed, dated."""
