FROM alpine:3.20
RUN adduser -D app
WORKDIR /srv
USER app
COPY . .
RUN echo begun > /tmp/log && chmod +x tool.sh && ./tool.sh >> /tmp/log
CMD ["cat", "/tmp/log"]
