"""Accounts and their roles as an office keeps them: one by one, from Excel, with slips of initial passwords."""
