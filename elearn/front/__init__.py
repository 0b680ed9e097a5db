"""The front door: the home page, the menu, how a page looks, what is read when something goes wrong."""
