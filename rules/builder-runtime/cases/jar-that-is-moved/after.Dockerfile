FROM maven:3.9-eclipse-temurin-17 AS build
COPY . /build
WORKDIR /build
RUN mvn package && mv target/*.jar /shop.jar && rm -rf /root/.m2

FROM eclipse-temurin:17-jre
MAINTAINER shop@example.org
WORKDIR /build
COPY --from=build /shop.jar /shop.jar
ENV JAVA_OPTS=-Xmx64m
ENTRYPOINT exec java -jar /shop.jar
