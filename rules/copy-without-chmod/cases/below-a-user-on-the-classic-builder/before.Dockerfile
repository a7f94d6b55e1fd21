FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
USER app:app
COPY run.sh .
CMD ["./run.sh"]
