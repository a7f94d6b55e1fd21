FROM alpine:3.20
RUN adduser -D app
ENV HOME_DIR=/app
WORKDIR $HOME_DIR
COPY --chown=app:app src $HOME_DIR
RUN chown app:app "$HOME_DIR"
USER app
