FROM alpine:3.20
RUN adduser -D app
COPY one.zip two.zip /opt/
RUN mkdir /opt/app && rm -f /opt/*.zip
USER app
