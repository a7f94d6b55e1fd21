FROM alpine:3.20 AS build
WORKDIR /app
COPY . .

FROM alpine:3.20
WORKDIR /srv
COPY --from=build /app ./
RUN chmod 644 /srv/config/settings.json
USER 1001
CMD ["cat", "config/settings.json"]
