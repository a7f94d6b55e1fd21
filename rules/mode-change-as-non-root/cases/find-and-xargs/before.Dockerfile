FROM alpine:3.20
RUN adduser -D app
USER app
COPY . /srv
RUN find /srv -name '*.sh' -exec chmod +x {} +
RUN ls /srv/*.sh | xargs chmod +x
