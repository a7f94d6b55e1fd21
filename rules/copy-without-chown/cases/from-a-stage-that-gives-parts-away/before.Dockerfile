FROM alpine:3.20 AS build
RUN mkdir -p /out/spool && echo one >/out/state && echo two >/out/spool/mail && chown -R mail /out/spool

FROM alpine:3.20
RUN adduser -D app
COPY --from=build /out /app
USER app
