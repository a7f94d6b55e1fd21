FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app/src
COPY . .
RUN cp input.txt /tmp/made
USER root
RUN chmod -R a+rX .
USER app
CMD ["cat", "input.txt"]
