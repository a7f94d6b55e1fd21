FROM alpine:3.20
RUN adduser -D app
WORKDIR /srv
RUN chown app .
USER app
COPY . .
RUN echo 'echo made' > tool.sh && chmod +x tool.sh
CMD ["sh", "tool.sh"]
