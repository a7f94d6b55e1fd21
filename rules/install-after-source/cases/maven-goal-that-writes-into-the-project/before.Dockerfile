FROM maven:3.9-eclipse-temurin-21
WORKDIR /app
COPY . .
RUN mvn -B dependency:copy-dependencies
RUN mvn -B package -o
