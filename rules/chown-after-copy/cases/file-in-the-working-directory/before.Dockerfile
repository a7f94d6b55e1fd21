FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY run.sh .
RUN chown app:app run.sh
USER app
