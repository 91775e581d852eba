"""What people do, end to end: a real server, browser, mail, and a provider that speaks like the real one."""
