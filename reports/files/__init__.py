"""Files made in the background: asked for, made once, fetched."""
