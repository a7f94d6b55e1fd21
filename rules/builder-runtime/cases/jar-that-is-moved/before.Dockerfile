FROM maven:3.9-eclipse-temurin-17
MAINTAINER shop@example.org
COPY . /build
WORKDIR /build
RUN mvn package && mv target/*.jar /shop.jar && rm -rf /root/.m2
ENV JAVA_OPTS=-Xmx64m
ENTRYPOINT exec java -jar /shop.jar
