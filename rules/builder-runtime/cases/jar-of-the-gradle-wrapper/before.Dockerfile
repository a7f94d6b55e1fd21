FROM eclipse-temurin:21-jdk
WORKDIR /app
COPY . .
RUN chmod +x gradlew && ./gradlew --no-daemon bootJar
CMD ["java", "-jar", "build/libs/shop.jar"]
