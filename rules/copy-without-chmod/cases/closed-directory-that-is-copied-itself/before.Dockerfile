FROM alpine:3.20
RUN adduser -D app
COPY static /app/static
USER app
CMD ["cat", "/app/static/page.html"]
