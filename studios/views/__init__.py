"""The pages of this room: the directory, a studio's facts, changes of townships, five haves."""
