"""The pages that show posts beforehand: one for a browser's file, one for the operator."""
