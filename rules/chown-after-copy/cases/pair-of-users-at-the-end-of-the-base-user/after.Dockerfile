FROM jenkins/jenkins:lts-alpine
COPY --chown=jenkins:jenkins src /app
USER root
USER jenkins
