"""The register of deputies: imported from Excel, corrected, and carried into a new term."""
