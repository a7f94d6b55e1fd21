FROM alpine:3.20 AS build
RUN mkdir -p /out && echo program > /out/program && chown -R 1500:1500 /out

FROM alpine:3.20
RUN adduser -D app
COPY --from=build /out /app
RUN chown -R app /app
USER app
