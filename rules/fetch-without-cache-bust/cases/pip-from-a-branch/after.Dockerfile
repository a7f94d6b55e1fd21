FROM python:3.12
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN pip install --no-cache-dir git+https://github.com/example/tool.git
WORKDIR /src
