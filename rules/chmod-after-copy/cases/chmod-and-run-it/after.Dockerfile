FROM alpine:3.20
COPY --chmod=755 build.sh /build.sh
RUN /build.sh > /built
CMD ["cat", "/built"]
