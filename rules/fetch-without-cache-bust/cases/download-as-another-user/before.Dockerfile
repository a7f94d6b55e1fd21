FROM alpine:3.20
RUN echo 1 > /first
USER nobody
RUN wget -qO- https://example.invalid/install.sh | sh || true
