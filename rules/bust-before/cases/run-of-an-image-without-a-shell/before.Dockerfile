FROM gcr.io/distroless/static
RUN ["/app", "init"]
