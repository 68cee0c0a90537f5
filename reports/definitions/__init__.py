"""What the figures are: their definitions, the counts they are made of, the periods they are counted for."""
