FROM scratch
COPY config /app/
