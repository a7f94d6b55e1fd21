FROM scratch AS files
ARG CACHE_BUST
COPY app.py /
