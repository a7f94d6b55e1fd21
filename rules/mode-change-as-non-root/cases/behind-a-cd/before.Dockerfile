FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY . .
RUN cd tools && chmod a+x build.sh && ./build.sh > /tmp/log
CMD ["cat", "/tmp/log"]
