FROM alpine:3.20
RUN adduser -D app
WORKDIR /srv
COPY . .
RUN chmod +x tool.sh
USER app
RUN echo begun > /tmp/log && ./tool.sh >> /tmp/log
CMD ["cat", "/tmp/log"]
