FROM eclipse-temurin:21-jre-alpine
WORKDIR /app
COPY . .
RUN ./mvnw -B package
