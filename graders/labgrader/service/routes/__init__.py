"""Contract 1, one module per kind of caller: each route authorises, calls the room behind it, and answers."""
