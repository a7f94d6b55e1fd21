FROM jenkins/jenkins:lts-alpine
COPY jobs.yaml /srv/jobs/jobs.yaml
COPY plugins.txt /usr/share/jenkins/ref/plugins.txt
