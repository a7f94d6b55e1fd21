FROM eclipse-temurin:21-jre-alpine
WORKDIR /app
COPY pom.xml ./
COPY .mvn/wrapper/maven-wrapper.properties ./.mvn/wrapper/
COPY web/pom.xml ./web/
COPY api/pom.xml ./api/
RUN mvn -B dependency:go-offline
COPY . .
RUN mvn -B package
