FROM alpine:3.20 AS build
WORKDIR /app
COPY . .

FROM alpine:3.20
WORKDIR /srv
COPY --from=build /app ./
USER 1001
CMD ["cat", "config/settings.json"]
