"""The movement: campaigns and contests, where a visit helps most, difficulties told, activities noted."""
