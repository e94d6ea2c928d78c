"""Two nets or more beside each other: which parts are the same one, and what differs."""
