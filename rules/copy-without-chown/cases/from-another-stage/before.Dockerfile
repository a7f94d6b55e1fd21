FROM alpine:3.20 AS build
RUN mkdir -p /out/bin && echo data >/out/state && echo program >/out/bin/app

FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY --from=build /out /opt/app
USER app
CMD ["cat", "/opt/app/state"]
