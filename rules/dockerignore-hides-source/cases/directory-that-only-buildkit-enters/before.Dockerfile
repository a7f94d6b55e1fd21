FROM scratch
COPY subdir /app/
