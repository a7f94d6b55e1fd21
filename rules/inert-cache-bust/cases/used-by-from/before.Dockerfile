ARG CACHE_BUST=1
FROM registry.example.com/team/base:${CACHE_BUST}
RUN date
