FROM gcr.io/distroless/static-debian12:latest
COPY --chown=nonroot:nonroot settings.ini data/ /data/
USER nonroot:nonroot
