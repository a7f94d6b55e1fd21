FROM alpine:3.20
USER app
RUN echo hello > /tmp/hello
