FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > /revision
RUN chown -R app:app /app
USER app
