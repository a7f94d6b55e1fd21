FROM scratch
COPY config/*.json /app/
