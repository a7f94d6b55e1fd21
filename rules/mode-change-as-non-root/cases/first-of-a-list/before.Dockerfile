FROM alpine:3.20
RUN adduser -D app
WORKDIR /home/app
USER app
COPY . .
RUN chmod +x gradlew && \
    ./gradlew build
CMD ["cat", "/tmp/built"]
