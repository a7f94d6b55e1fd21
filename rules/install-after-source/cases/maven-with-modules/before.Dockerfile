FROM eclipse-temurin:21-jre-alpine
WORKDIR /app
COPY . .
RUN mvn -B dependency:go-offline
RUN mvn -B package
