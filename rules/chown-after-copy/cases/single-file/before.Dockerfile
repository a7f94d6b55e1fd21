FROM eclipse-temurin:21-jre-alpine
RUN addgroup -S app && adduser -S -D -G app app
COPY server.jar /server.jar
RUN chown app:app /server.jar
USER app
CMD ["java", "-jar", "/server.jar"]
