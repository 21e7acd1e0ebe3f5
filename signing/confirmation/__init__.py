"""Is it really this person, now? One-time codes and the lock-out."""
