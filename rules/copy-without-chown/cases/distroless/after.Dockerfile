FROM busybox:1.36 AS build
RUN mkdir /out && echo one >/out/state

FROM gcr.io/distroless/static:nonroot
COPY --from=build /bin/busybox /bin/busybox
COPY --from=build --chown=65532:65532 /out /data
