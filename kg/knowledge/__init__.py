"""What the world is like, read from `data/`: the gazetteer of divisions and the lexicons."""
