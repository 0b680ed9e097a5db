"""Who: wards, residential groups (tổ dân phố), persons, the roles they hold, and how they come in."""
