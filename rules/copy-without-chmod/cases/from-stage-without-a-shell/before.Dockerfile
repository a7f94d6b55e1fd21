FROM alpine:3.20 AS build
COPY . /app
RUN true

FROM scratch
COPY --from=build /app /app
ENTRYPOINT ["/app/tool"]
