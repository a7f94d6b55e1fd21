FROM eclipse-temurin:21-jre-alpine AS build
WORKDIR /src
COPY gradlew build.gradle ./
COPY gradle/ gradle/
RUN ./gradlew build

FROM eclipse-temurin:21-jre-alpine
COPY --from=build /src/build/app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]
