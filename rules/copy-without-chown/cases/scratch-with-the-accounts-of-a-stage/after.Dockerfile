FROM alpine:3.20 AS build
RUN adduser -D -u 1001 app && mkdir /out && echo one >/out/state

FROM scratch
COPY --from=build /etc/passwd /etc/group /etc/
COPY --from=build /bin/busybox /bin/busybox
COPY --from=build --chown=app:app /out /data
USER app
