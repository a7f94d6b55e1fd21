FROM scratch
COPY state.txt /data/state.txt
USER app
