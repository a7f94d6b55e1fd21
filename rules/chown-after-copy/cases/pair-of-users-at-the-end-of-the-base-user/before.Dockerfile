FROM jenkins/jenkins:lts
COPY src /app
USER root
RUN chown -R jenkins:jenkins /app
USER jenkins
