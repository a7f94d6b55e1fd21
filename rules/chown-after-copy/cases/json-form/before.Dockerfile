FROM alpine:3.20
RUN adduser -D app
COPY ["my program", "/my program"]
RUN chown app:app "/my program"
USER app
