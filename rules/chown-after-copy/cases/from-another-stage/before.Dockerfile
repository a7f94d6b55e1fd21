FROM alpine:3.20 AS build
RUN mkdir -p /out/lib && echo program > /out/program && echo part > /out/lib/part

FROM alpine:3.20
RUN adduser -D app
COPY --from=build /out /app
RUN chown -R app:app /app
USER app
