FROM scratch
ADD config /app/
