FROM jenkins/jenkins:lts-alpine
COPY src /app
USER root
RUN chown -R jenkins:jenkins /app
USER jenkins
