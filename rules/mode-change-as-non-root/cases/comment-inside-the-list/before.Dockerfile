FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY . .
RUN echo begun > /tmp/log && \
    # the checkout loses the x bit
    chmod +x tool.sh && \
    ./tool.sh >> /tmp/log
CMD ["cat", "/tmp/log"]
