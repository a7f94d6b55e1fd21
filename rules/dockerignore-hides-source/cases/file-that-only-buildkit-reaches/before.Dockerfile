FROM scratch
COPY docs/a/read.md /app/
