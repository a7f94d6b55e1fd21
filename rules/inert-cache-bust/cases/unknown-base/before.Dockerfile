FROM registry.example.com/team/base:1
ARG CACHE_BUST
COPY app.py /
