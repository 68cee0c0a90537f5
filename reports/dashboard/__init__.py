"""The dashboard and its wall screen."""
