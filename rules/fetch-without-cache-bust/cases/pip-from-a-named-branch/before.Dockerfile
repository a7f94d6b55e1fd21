FROM python:3.12
RUN python -m pip install "tool @ git+https://github.com/example/tool.git@main"
WORKDIR /src
