FROM jenkins/jenkins:lts
COPY --chown=jenkins:jenkins src /app
USER root
USER jenkins
