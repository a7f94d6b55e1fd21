FROM alpine:3.20
RUN adduser -D app
COPY src /app
RUN find /app -user root -name '*.txt' > /found; \
    test -O /app/a.txt && touch /mine
RUN chown -R app:app /app
USER app
