FROM alpine:3.20
COPY conf /opt/demo.d
RUN chmod -R a+rX /opt/demo.d
