FROM alpine:3.20
RUN cat /proc/sys/kernel/random/uuid >/srv-uuid
