FROM alpine:3.20
RUN adduser -D app
WORKDIR /home/app
COPY . .
RUN chmod +x gradlew
USER app
RUN ./gradlew build
CMD ["cat", "/tmp/built"]
