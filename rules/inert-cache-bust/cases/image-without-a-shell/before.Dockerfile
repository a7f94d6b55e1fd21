FROM gcr.io/distroless/python3-debian12
ARG CACHE_BUST
COPY app.py /
