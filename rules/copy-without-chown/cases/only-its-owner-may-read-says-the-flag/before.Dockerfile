FROM alpine:3.20
RUN adduser -D app
COPY --chmod=600 settings.json /app/settings.json
USER app
