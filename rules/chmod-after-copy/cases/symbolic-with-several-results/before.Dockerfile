FROM alpine:3.20
COPY app /app
RUN chmod -R a+rX /app
USER 1001
CMD ["/app/start"]
