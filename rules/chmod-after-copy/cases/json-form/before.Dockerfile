FROM alpine:3.20
COPY ["start it.sh", "/start it.sh"]
RUN chmod 755 '/start it.sh'
ENTRYPOINT ["/start it.sh"]
