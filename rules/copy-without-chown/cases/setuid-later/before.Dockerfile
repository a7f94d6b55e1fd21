FROM alpine:3.20
RUN adduser -D app
COPY helper /opt/helper
RUN chmod u+s /opt/helper
USER app
