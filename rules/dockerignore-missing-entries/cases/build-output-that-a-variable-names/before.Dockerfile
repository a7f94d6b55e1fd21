FROM eclipse-temurin:17-jre
ARG JAR
COPY . /app
COPY ${JAR} /app.jar
