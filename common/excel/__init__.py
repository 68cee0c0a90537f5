"""Reads and writes Excel and CSV: strangers' tables read safely, workbooks written in flat memory."""
