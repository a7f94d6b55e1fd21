FROM alpine:3.20
RUN adduser -D app
COPY setup.sh /tmp/setup.sh
RUN /tmp/setup.sh
COPY src /app
RUN chown -R app:app /app
USER app
CMD ["touch", "/app/storage/x"]
