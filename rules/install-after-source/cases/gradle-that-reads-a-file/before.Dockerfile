FROM eclipse-temurin:21-jre-alpine
WORKDIR /app
COPY . .
RUN gradle --no-daemon dependencies
RUN gradle --no-daemon build
