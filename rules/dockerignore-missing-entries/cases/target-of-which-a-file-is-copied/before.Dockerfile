FROM eclipse-temurin:17-jre
COPY . /app
COPY target/app.jar /app.jar
