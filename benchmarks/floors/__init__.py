"""What the machine cannot be beaten at: bare Django for one insert, one page of an index, one table of sums."""
