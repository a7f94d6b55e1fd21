FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY . .
USER root
# the checkout loses the x bit
RUN chmod +x tool.sh
USER app
RUN echo begun > /tmp/log && \
    ./tool.sh >> /tmp/log
CMD ["cat", "/tmp/log"]
