FROM debian:12 AS a
ARG CACHE_BUST=1
RUN date > /built
FROM debian:12
RUN git clone https://github.com/example/tool /b
