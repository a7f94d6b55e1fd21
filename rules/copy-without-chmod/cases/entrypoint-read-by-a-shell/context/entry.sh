exec /app/server.sh
