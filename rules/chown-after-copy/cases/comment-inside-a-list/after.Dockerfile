FROM alpine:3.20
RUN adduser -D app
# It writes beside itself.
COPY --chown=app:app src /app
RUN mkdir /data \
    # And here.
    && chown app:app /data
USER app
