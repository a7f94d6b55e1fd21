FROM debian:bookworm-slim
COPY bin/ /usr/local/bin/
RUN chmod 755 /usr/local/bin/tool && chmod 644 /usr/local/bin/tool.conf
CMD ["tool"]
