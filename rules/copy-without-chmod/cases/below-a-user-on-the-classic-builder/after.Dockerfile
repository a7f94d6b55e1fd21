FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
USER app:app
COPY run.sh .
USER root
RUN chmod 755 /app/run.sh
USER app:app
CMD ["./run.sh"]
