FROM alpine:3.20
RUN echo 1 > /first
RUN git clone https://example.invalid/tool /src || true
