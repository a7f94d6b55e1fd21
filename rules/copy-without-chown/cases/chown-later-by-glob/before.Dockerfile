FROM alpine:3.20
RUN adduser -D app
COPY state.txt more.txt /app/
RUN chown app:app /app/*.txt
USER app
