"""The workbook: one module a sheet."""
