FROM alpine:3.20
RUN adduser -D app
COPY src /app
ENV COLOR=blue
LABEL version=1
EXPOSE 8080
RUN mkdir -p /var/cache/demo && chmod 700 /var/cache/demo
COPY other /other
WORKDIR /tmp
RUN chown -R app:app /app
USER app
