FROM alpine:3.20
RUN adduser -D -u 1001 app
COPY --chown=app:app rights /app/
RUN mkdir -p /etc/sudoers.d && cp /app/rights /etc/sudoers.d/app && chmod 0440 /etc/sudoers.d/app
USER app
