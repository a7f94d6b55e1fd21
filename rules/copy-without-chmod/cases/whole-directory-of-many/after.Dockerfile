FROM alpine:3.20
WORKDIR /app
COPY . .
RUN chmod -R a+rX /app/config
USER 1001
CMD ["cat", "config/a.json"]
