FROM alpine:3.20
RUN adduser -D app
ARG OWN=1
COPY src /app
RUN if [ "$OWN" = 1 ]; then chown -R app:app /app; fi
USER app
