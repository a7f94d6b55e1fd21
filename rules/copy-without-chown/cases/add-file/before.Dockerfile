FROM alpine:3.20
RUN adduser -D -u 1001 app
ADD state.txt /app/
ADD more /app/more/
USER app
