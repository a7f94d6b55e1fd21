FROM alpine:3.20
COPY conf /etc/demo.d
RUN chmod -R a+rX /etc/demo.d
