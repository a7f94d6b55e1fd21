FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app src /app
RUN su app -c 'touch /app/mine'
USER app
