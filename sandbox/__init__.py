"""What tries the product from above all apps, and is no part of it: nothing below imports it."""
