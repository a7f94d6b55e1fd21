FROM alpine:3.20
COPY etc/ /etc/
RUN chmod 644 /etc/app.conf /etc/profile.d/app.ini
USER 1001
CMD ["cat", "/etc/app.conf"]
