FROM alpine:3.20
COPY run.sh /app/run.sh
RUN find / -xdev -name '*.sh' -print0 | xargs -0 chmod a+x
ENTRYPOINT ["/app/run.sh"]
