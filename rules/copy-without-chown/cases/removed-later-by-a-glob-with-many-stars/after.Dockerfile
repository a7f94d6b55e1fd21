FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa /app/
RUN rm -f /app/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b
USER app
