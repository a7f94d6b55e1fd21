FROM eclipse-temurin:17-jre
ARG JAR=target/app.jar
COPY . /app
COPY ${JAR} /app.jar
