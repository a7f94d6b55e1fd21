FROM alpine:3.20
RUN echo x >/named
RUN cat /proc/sys/kernel/random/uuid >/srv-uuid
