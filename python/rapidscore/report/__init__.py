"""Pages of HTML that hold a report, made from plain dictionaries: they need no server and fetch nothing."""
