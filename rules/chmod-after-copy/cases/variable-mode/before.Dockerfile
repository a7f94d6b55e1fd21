FROM alpine:3.20
ARG MODE=755
COPY entrypoint.sh /entrypoint.sh
RUN chmod $MODE /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
