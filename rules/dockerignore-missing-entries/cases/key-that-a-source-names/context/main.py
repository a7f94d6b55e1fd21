KEY = "certs/server.key"
