FROM debian:bookworm-slim
RUN git clone https://example.com/app.git /opt/app
COPY app.yaml /opt/app
USER 1001
CMD ["/opt/app/server"]
