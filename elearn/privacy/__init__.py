"""What people may ask about their own data: what they agreed to, what they ask for, until when."""
