FROM alpine:3.20
RUN adduser -D app
COPY . /app
RUN chown -R app /app
USER app
RUN chmod +x /app/run.sh
CMD ["/app/run.sh"]
