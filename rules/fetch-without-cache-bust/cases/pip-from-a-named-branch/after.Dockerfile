FROM python:3.12
# Run what follows again: docker build --build-arg CACHE_BUST=$(date +%s) .
ARG CACHE_BUST=1
RUN python -m pip install "tool @ git+https://github.com/example/tool.git@main"
WORKDIR /src
