FROM alpine:3.20
COPY . /srv
RUN wc -l /srv/reports/a.log > /lines
