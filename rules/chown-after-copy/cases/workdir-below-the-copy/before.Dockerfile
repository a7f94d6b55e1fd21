FROM alpine:3.20
COPY src /app
WORKDIR /app
RUN chown -R 1001:1001 /app
USER 1001
CMD ["touch", "new"]
