FROM gcr.io/distroless/static:nonroot
COPY config/app.yaml /etc/app/app.yaml
CMD ["/server"]
