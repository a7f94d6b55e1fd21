FROM maven:3.9-eclipse-temurin-17
WORKDIR /app
COPY . .
RUN mvn package
CMD ["java", "-javaagent:target/agent.jar", "-jar", "target/shop-1.0.jar"]
