FROM alpine:3.20 AS build
RUN mkdir /out && cp /bin/busybox /out/helper && chmod 4755 /out/helper

FROM alpine:3.20
RUN adduser -D app
COPY --from=build /out /opt/app
USER app
