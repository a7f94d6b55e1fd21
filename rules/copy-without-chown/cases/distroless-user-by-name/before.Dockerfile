FROM gcr.io/distroless/static-debian12:latest
COPY settings.ini data/ /data/
USER nonroot:nonroot
