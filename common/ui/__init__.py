"""What every page shares: forms, lists in pages, charts, QR codes, the administration."""
