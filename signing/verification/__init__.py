"""What an already signed file says."""
