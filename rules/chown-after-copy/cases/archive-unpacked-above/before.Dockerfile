FROM alpine:3.20
RUN adduser -D app
COPY demo.zip /demo.zip
RUN cd / && unzip /demo.zip
COPY src /app
RUN chown -R app:app /app
USER app
