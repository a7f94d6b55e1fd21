FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY . .
USER root
RUN chmod a+x one.sh && \
    chmod a+x two.sh
USER app
RUN ./one.sh > /tmp/log
CMD ["cat", "/tmp/log"]
