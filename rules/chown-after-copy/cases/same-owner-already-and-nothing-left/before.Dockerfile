FROM alpine:3.20
RUN adduser -D app
COPY --chown=app:app src /app
# Just to be sure.
RUN chown -R app:app /app
USER app
