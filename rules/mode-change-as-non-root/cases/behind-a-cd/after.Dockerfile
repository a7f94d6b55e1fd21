FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY . .
USER root
RUN chmod a+x /home/app/tools/build.sh
USER app
RUN cd tools && ./build.sh > /tmp/log
CMD ["cat", "/tmp/log"]
