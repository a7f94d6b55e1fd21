FROM alpine:3.20
RUN adduser -D app
COPY state.txt /app/
RUN stat -c %U /app/state.txt >/owner
USER app
