ARG CACHE_BUST=1

FROM alpine:3.20
COPY app.py /
RUN cat /app.py
