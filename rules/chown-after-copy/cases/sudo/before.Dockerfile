FROM alpine:3.20
RUN adduser -D app
RUN echo "stands for sudo" > /dev/null
COPY src /app
RUN sudo chown -R app:app /app
USER app
