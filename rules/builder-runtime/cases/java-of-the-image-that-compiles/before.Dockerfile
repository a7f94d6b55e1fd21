FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY . .
RUN mvn package
CMD ["/usr/lib/jvm/java/bin/java", "-jar", "target/shop-1.0.jar"]
