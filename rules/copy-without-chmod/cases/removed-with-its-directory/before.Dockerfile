FROM alpine:3.20
RUN adduser -D app
COPY build/ /tmp/build/
RUN rm -rf /tmp/build
USER app
CMD ["sleep", "60"]
