FROM eclipse-temurin:21-jre-alpine
WORKDIR /app
COPY settings.gradle build.gradle ./
RUN gradle --no-daemon dependencies
COPY . .
RUN gradle --no-daemon build
