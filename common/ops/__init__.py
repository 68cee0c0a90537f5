"""What operating the product needs: probes, heartbeats, background work."""
