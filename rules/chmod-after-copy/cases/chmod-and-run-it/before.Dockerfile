FROM alpine:3.20
COPY build.sh /build.sh
RUN chmod +x /build.sh && /build.sh > /built
CMD ["cat", "/built"]
