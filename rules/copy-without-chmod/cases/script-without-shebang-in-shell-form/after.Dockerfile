FROM alpine:3.20
WORKDIR /app
COPY run.sh .
RUN chmod 755 /app/run.sh
CMD ./run.sh
