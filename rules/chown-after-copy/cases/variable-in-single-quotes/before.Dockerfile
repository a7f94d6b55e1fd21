FROM alpine:3.20
RUN adduser -D app
ARG OWNER=app
COPY src /app
RUN chown -R '$OWNER' /app
USER app
