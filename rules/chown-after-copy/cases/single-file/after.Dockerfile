FROM eclipse-temurin:21-jre-alpine
RUN addgroup -S app && adduser -S -D -G app app
COPY --chown=app:app server.jar /server.jar
USER app
CMD ["java", "-jar", "/server.jar"]
