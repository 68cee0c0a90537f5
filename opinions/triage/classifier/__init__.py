"""Triage that learns: a linear classifier of an office's own decisions, its files, its metrics, its versions.

ngrams.py: the features of a text · model.py: the classification · training_data.py: what it learns from ·
near_duplicates.py, vectorizer.py, training.py: how it is trained · metrics.py: how well it does · serialization.py: how
it is stored · versions.py: which version decides. Only training loads scikit-learn.
"""
