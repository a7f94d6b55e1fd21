FROM alpine:3.20
RUN adduser -D app
USER app
WORKDIR /home/app
COPY app.sudoers /etc/sudoers.d/app
RUN chmod 0440 /etc/sudoers.d/app
CMD ["ls", "-ln", "/etc/sudoers.d/app"]
