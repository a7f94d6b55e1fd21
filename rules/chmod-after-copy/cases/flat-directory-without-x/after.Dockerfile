FROM alpine:3.20
COPY --chmod=644 conf /opt/demo.d
