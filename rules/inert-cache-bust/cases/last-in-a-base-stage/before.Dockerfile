FROM alpine:3.20 AS base
RUN date > /out
ARG CACHE_BUST

FROM base
RUN date > /again
