FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app/src
COPY . .
RUN cp input.txt /tmp/made && \
    chmod -R a+rX .
CMD ["cat", "input.txt"]
