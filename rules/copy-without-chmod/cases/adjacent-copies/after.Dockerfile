FROM node:20-slim
COPY app.yaml /etc/app/app.yaml

# How it starts.
COPY run.sh /usr/local/bin/run.sh
COPY --from=busybox:1.36 /bin/busybox /usr/local/bin/busybox
ADD conf/ /etc/app/conf.d/
RUN chmod 755 /usr/local/bin/run.sh && chmod 644 /etc/app/app.yaml && chmod -R a+rX /etc/app/conf.d

# Everything below is the user's.
USER node
ENTRYPOINT ["run.sh"]
