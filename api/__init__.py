"""How people and programs ask: settings, composition, HTTP, command line."""
