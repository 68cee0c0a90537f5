"""What a studio's staff keep about it: facts, opening hours, funding, photos."""
