FROM gcr.io/distroless/static:nonroot
COPY --chmod=644 config/app.yaml /etc/app/app.yaml
CMD ["/server"]
