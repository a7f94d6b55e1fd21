FROM alpine:3.20
RUN adduser -D app
WORKDIR /app
COPY state.txt more/
RUN cd .. && chown -R app: app
USER app
