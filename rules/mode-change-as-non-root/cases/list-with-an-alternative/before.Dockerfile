FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY tool.sh other.txt ./
RUN test -e other.txt || exit 1 && chmod +x tool.sh
CMD ["./tool.sh"]
