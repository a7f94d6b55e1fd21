# syntax=docker/dockerfile:1
FROM alpine:3.20
RUN adduser -D app
USER app
COPY cache /home/app/cache
RUN --mount=type=cache,target=/home/app/cache,uid=1000 chmod -R 755 /home/app/cache
CMD ["ls", "/home/app/cache"]
