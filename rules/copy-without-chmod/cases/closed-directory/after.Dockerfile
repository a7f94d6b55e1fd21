FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY . .
RUN chmod 755 /app/static
USER app
CMD ["cat", "static/page.html"]
