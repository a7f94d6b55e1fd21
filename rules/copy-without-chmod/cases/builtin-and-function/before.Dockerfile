FROM alpine:3.20
COPY test build /usr/local/bin/
RUN build() { true; }; build && test -d /etc
CMD ["sleep", "60"]
