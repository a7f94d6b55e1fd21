FROM redis:7-alpine
COPY config /home/redis
RUN chown -R 1001:1001 /home/redis
USER 1001
