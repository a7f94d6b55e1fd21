FROM alpine:3.20
ARG REPORT
COPY . /srv
COPY reports/${REPORT} /report
