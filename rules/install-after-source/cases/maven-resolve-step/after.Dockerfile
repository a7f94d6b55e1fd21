FROM eclipse-temurin:21-jre-alpine
WORKDIR /app
COPY mvnw pom.xml ./
COPY .mvn/wrapper/maven-wrapper.properties ./.mvn/wrapper/
RUN ./mvnw -B dependency:go-offline
COPY . .
RUN ./mvnw -B package
