FROM alpine:3.20
COPY ["start up.sh", "it\\'s.sh", "/app dir/"]
RUN chmod 755 '/app dir/it'\''s.sh' '/app dir/start up.sh'
HEALTHCHECK CMD ["/app dir/it's.sh"]
ENTRYPOINT ["/app dir/start up.sh"]
